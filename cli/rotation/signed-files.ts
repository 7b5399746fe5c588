import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { composeBundle, parseBundle } from '../../pki/bundle.ts';
import type { Certificate } from '../../pki/certificate.ts';
import { publicKeyInfo } from '../../pki/tbs.ts';
import { Problem } from '../../problems/problem.ts';
import type { CertRequest, Submission } from '../../rotation/requests.ts';

/** A certificate that was found for a request. */
interface Signed extends Submission {
  readonly unit: string;
  /** Within the folder. */
  readonly file: string;
}

/** What a folder of signed certificates holds. */
export interface SignedFolder {
  /** One for each request that has any: of several files the one with the longest chain. */
  readonly signed: readonly Signed[];
  /** Files of certificates none of which was asked for. */
  readonly others: readonly string[];
  /** Why other files cannot be read as certificates. */
  readonly broken: readonly Problem[];
}

/** Holds the root as well where a whole set was made of a request, and is no answer to any. */
const rootFile = 'root-cert.pem';

/**
 * Reads every file of a folder, and of the folders in it. Throws Problem NEW_CA_FOLDER_MISSING, and
 * KEY_AMONG_CERTIFICATES where any has a private key: nothing may be sent then.
 */
export async function readSigned(folder: string, waiting: readonly CertRequest[]): Promise<SignedFolder> {
  const texts = await Promise.all(
    (await filesIn(folder)).map(async (file) => [file, await readFile(file, 'utf8')] as const),
  );
  for (const [file, text] of texts) refuseKey(file, text);
  const units = new Map(waiting.map(({ publicKey, unit }) => [publicKey, unit]));
  const best = new Map<string, { readonly one: Signed; readonly length: number }>();
  const others: string[] = [];
  const broken: Problem[] = [];
  for (const [path, text] of texts) {
    if (!text.includes('-----BEGIN CERTIFICATE-----')) continue;
    const file = relative(folder, path);
    const chain = readable(text, path);
    if (chain instanceof Problem) {
      broken.push(chain);
      continue;
    }
    const asked = chain
      .map(({ x509 }) => digestOf(publicKeyInfo(x509.publicKey)))
      .filter((key) => units.has(key));
    if (asked.length === 0 && !path.endsWith(rootFile)) others.push(file);
    for (const publicKey of asked) {
      if ((best.get(publicKey)?.length ?? 0) >= chain.length) continue;
      const unit = units.get(publicKey) ?? '';
      const one = { publicKey, unit, file, chain: composeBundle(chain) };
      best.set(publicKey, { one, length: chain.length });
    }
  }
  return { signed: [...best.values()].map(({ one }) => one), others, broken };
}

/** What is wrong with one file is no hindrance to the others. */
function readable(text: string, path: string): readonly Certificate[] | Problem {
  try {
    return parseBundle(text, path);
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}

async function filesIn(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .toSorted();
  } catch (error) {
    const found = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw new Problem('NEW_CA_FOLDER_MISSING', {
      ...{ object: folder, expected: 'a folder of signed certificates', found },
      hint: 'name the folder of what was signed: meshturn rotation submit -f FILE DIR',
    });
  }
}

function refuseKey(object: string, text: string): void {
  if (!text.includes('PRIVATE KEY-----')) return;
  throw new Problem('KEY_AMONG_CERTIFICATES', {
    ...{ object, expected: 'certificates only', found: 'a PRIVATE KEY block' },
    hint: 'nothing was sent: take the key out of the folder; whoever signs gives back certificates only',
  });
}

function digestOf(publicKey: Buffer): string {
  return createHash('sha256').update(publicKey).digest('hex');
}
