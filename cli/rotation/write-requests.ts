import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseCsr } from '../../pki/csr.ts';
import type { CertRequest } from '../../rotation/requests.ts';
import { writeNew, type NewFile } from '../ca/write-new.ts';

/** A request that lies in a file. */
export interface WrittenRequest {
  readonly unit: string;
  readonly publicKey: string;
  readonly file: string;
}

/**
 * Writes requests to a folder, as UNIT.csr; a request for the same key and subject that lies there already stays: a
 * signature with an EC key is another each time. Throws Problem FILE_EXISTS where anything else has one of the names,
 * FILE_NOT_WRITTEN.
 */
export async function writeRequests(
  folder: string,
  requests: readonly CertRequest[],
): Promise<readonly WrittenRequest[]> {
  const files = requests.map(({ unit, csr }) => ({ path: join(folder, `${unit}.csr`), text: csr }));
  const there = await Promise.all(files.map(isThere));
  await writeNew(files.filter((_, index) => there[index] === false));
  return requests.map(({ unit, publicKey }) => ({ unit, publicKey, file: join(folder, `${unit}.csr`) }));
}

/** Whatever keeps it from being read, the write says. */
async function isThere({ path, text }: NewFile): Promise<boolean> {
  try {
    return (await lstat(path)).isFile() && asksForSame(await readFile(path, 'utf8'), text);
  } catch {
    return false;
  }
}

function asksForSame(there: string, text: string): boolean {
  if (there === text) return true;
  const [before, now] = [parseCsr(there), parseCsr(text)];
  return before.publicKeyInfo.equals(now.publicKeyInfo) && before.subject.equals(now.subject);
}
