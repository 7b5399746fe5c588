import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { unfitFile } from '../../activities/ca-file.ts';
import { readCaRequests, verifyDistinct, type CaRequest } from '../../pki/ca-request.ts';
import { Problem } from '../../problems/problem.ts';
import { isMissing, systemCode } from '../../problems/system-code.ts';

/** A request, and the file that holds it. */
export interface ReadRequest extends CaRequest {
  readonly file: string;
}

/**
 * The requests of files, each of which may hold several, and of all `.csr` files in folders; in the order of the
 * units. Throws Problem CA_FILE_MISSING, CA_FILE_UNREADABLE, BAD_CSR, REQUEST_REFUSED, KEY_NOT_SUPPORTED.
 */
export async function readRequests(paths: readonly string[]): Promise<readonly ReadRequest[]> {
  const files = (await Promise.all(paths.map(filesOf))).flat();
  const texts = await Promise.all(files.map(async (path) => ({ path, text: await readCaFile(path) })));
  const requests = texts.flatMap(({ path, text }) =>
    readCaRequests(text, path).map((request) => ({ ...request, file: path })),
  );
  verifyDistinct(requests);
  return requests.toSorted((a, b) => a.unit.localeCompare(b.unit, 'en'));
}

async function filesOf(path: string): Promise<readonly string[]> {
  const isFolder = (await trying(path, () => stat(path))).isDirectory();
  if (!isFolder) return [path];
  const names = await trying(path, () => readdir(path, { recursive: true }));
  const found = names.filter((name) => extname(name) === '.csr').map((name) => join(path, name));
  if (found.length > 0) return found.toSorted();
  throw new Problem('CA_FILE_MISSING', {
    object: path,
    expected: 'a folder with requests, such as CLUSTER/ca-cert.csr',
    found: 'no .csr file in it',
    hint: 'make them with: meshturn ca request; or have a rotation write its own: meshturn rotation requests',
  });
}

/** A file of a CA as text. Throws Problem CA_FILE_MISSING, CA_FILE_UNREADABLE. */
export async function readCaFile(path: string): Promise<string> {
  const unfit = await trying(path, () => unfitFile(path));
  if (unfit !== undefined) throw new Problem('CA_FILE_UNREADABLE', { object: path, ...unfit });
  return trying(path, () => readFile(path, 'utf8'));
}

/** The same of a file that may be missing. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readCaFile(path);
  } catch (error) {
    if (error instanceof Problem && error.code === 'CA_FILE_MISSING') return undefined;
    throw error;
  }
}

async function trying<T>(path: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    const code = systemCode(error);
    if (!isMissing(code)) throw new Problem('CA_FILE_UNREADABLE', { object: path, found: code });
    throw new Problem('CA_FILE_MISSING', {
      object: path,
      hint: 'name what is there; a path begins where you are',
    });
  }
}
