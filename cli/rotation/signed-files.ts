import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Certificate } from '../../pki/certificate.ts';
import { recognise } from '../../pki/recognise.ts';
import { Problem } from '../../problems/problem.ts';
import type { ProblemCode } from '../../problems/registry.ts';
import { isMissing, systemCode } from '../../problems/system-code.ts';
import { sideBySide } from '../../rotation/side-by-side.ts';

/** A file that was brought. */
export interface SignedFile {
  readonly path: string;
  /** None where anything is wrong with the file. */
  readonly certificates: readonly Certificate[];
  readonly problems: readonly Problem[];
  /** What it is, in words, where it is nothing that anybody signs. */
  readonly passedOver: string | undefined;
}

/** Files read at a time. */
const width = 16;

/** What is odd about a file and keeps nobody from reading what is in it. */
const harmless: ReadonlySet<ProblemCode> = new Set(['TEXT_AROUND_PEM', 'CRLF_IN_PEM']);

/**
 * Reads a file, or every file of a folder, of the folders in it, and what links in it lead to. What keeps one from being
 * read is no hindrance to the others. Throws Problem NEW_CA_FOLDER_MISSING, CA_FILE_UNREADABLE, and
 * KEY_AMONG_CERTIFICATES where any has a private key: nothing may be sent then.
 */
export async function readSigned(path: string): Promise<readonly SignedFile[]> {
  const listed = await filesIn(path, new Set());
  if (listed instanceof Problem) throw missing(path, listed);
  const read = await sideBySide(listed, width, (one) =>
    typeof one === 'string' ? readOne(one) : Promise.resolve(one),
  );
  return read.filter((one) => one !== undefined);
}

/** Undefined where it is a request. */
async function readOne(path: string): Promise<SignedFile | undefined> {
  const bytes = await trying(path, () => readFile(path));
  if (bytes instanceof Problem) return unreadable(path, bytes);
  const { certificates, keyBlocks, firstLabel, findings } = recognise(bytes, path);
  if (keyBlocks > 0 || bytes.includes('PRIVATE KEY-----')) throw keyIn(path);
  if (certificates.length === 0 && firstLabel?.endsWith('CERTIFICATE REQUEST') === true) return undefined;
  const [first] = findings;
  if (first?.code === 'NO_CERTIFICATE' && firstLabel === undefined) {
    return { path, certificates: [], problems: [], passedOver: first.details.found ?? 'something else' };
  }
  const problems = findings.filter(({ code }) => !harmless.has(code));
  return { path, certificates: problems.length === 0 ? certificates : [], problems, passedOver: undefined };
}

/** Of a file that is there by several names the first counts, and a link in a circle ends. */
async function filesIn(path: string, seen: Set<string>): Promise<readonly (string | SignedFile)[] | Problem> {
  const real = await trying(path, () => realpath(path));
  if (real instanceof Problem) return real;
  if (seen.has(real)) return [];
  seen.add(real);
  const found = await trying(path, () => stat(path));
  if (found instanceof Problem) return found;
  if (found.isFile()) return [path];
  const names = found.isDirectory() ? await trying(path, () => readdir(path)) : [];
  if (names instanceof Problem) return names;
  const files: (string | SignedFile)[] = [];
  for (const name of names.toSorted()) {
    const within = join(path, name);
    const inIt = await filesIn(within, seen);
    files.push(...(inIt instanceof Problem ? [unreadable(within, inIt)] : inIt));
  }
  return files;
}

async function trying<T>(object: string, read: () => Promise<T>): Promise<T | Problem> {
  try {
    return await read();
  } catch (error) {
    const found = systemCode(error);
    return new Problem(isMissing(found) ? 'CA_FILE_MISSING' : 'CA_FILE_UNREADABLE', { object, found });
  }
}

function unreadable(path: string, problem: Problem): SignedFile {
  return { path, certificates: [], problems: [problem], passedOver: undefined };
}

function missing(object: string, problem: Problem): Problem {
  if (problem.code !== 'CA_FILE_MISSING') return problem;
  return new Problem('NEW_CA_FOLDER_MISSING', {
    ...{ object, expected: 'a folder of signed certificates', found: problem.details.found ?? 'nothing' },
    hint: 'name the folder of what was signed: meshturn rotation submit -f FILE DIR',
  });
}

function keyIn(object: string): Problem {
  return new Problem('KEY_AMONG_CERTIFICATES', {
    ...{ object, expected: 'certificates only', found: 'a PRIVATE KEY block' },
    hint: 'nothing was sent: take the key out of the folder; whoever signs gives back certificates only',
  });
}
