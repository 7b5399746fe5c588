import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { Problem } from '../../problems/problem.ts';
import { isMissing, systemCode } from '../../problems/system-code.ts';
import { unfitFile } from '../ca-file.ts';
import { placeOfTexts } from './place-of-texts.ts';
import type { Place } from './place.ts';

/** What is looked at in a folder; a file that is named is looked at whatever its name. Requests are no part of a CA. */
const extensions = new Set('.pem .crt .cer .cert .key .der .p12 .pfx .p7b .p7c .jks'.split(' '));
/** In the order of a set; others follow by name. */
const order = [
  'root-cert.pem',
  'ca-cert.pem',
  'cert-chain.pem',
  'ca-key.pem',
  'ca.crt',
  'tls.crt',
  'tls.key',
];

/**
 * Looks at files, and at folders with one folder a cluster in them, as a new CA has it: a place for each folder,
 * and one for all files that are named. Throws Problem CA_FILE_MISSING, CA_FILE_UNREADABLE.
 */
export async function inspectFiles(paths: readonly string[], at: Date): Promise<readonly Place[]> {
  const kinds = await Promise.all(paths.map(async (path) => ({ path, isFolder: await isFolder(path) })));
  const files = kinds.filter((one) => !one.isFolder).map(({ path }) => path);
  const folders = kinds.filter((one) => one.isFolder).map(({ path }) => path);
  const named = files.length === 0 ? [] : [await placeOfFiles(files, at)];
  return [...named, ...(await Promise.all(folders.map((folder) => placesOfFolder(folder, at)))).flat()];
}

/** Each is called by its last name, unless two have the same. */
async function placeOfFiles(files: readonly string[], at: Date): Promise<Place> {
  const isUnique = new Set(files.map((path) => basename(path))).size === files.length;
  const texts = await Promise.all(
    files.map(async (path) => [isUnique ? basename(path) : path, await read(path)] as const),
  );
  return placeOfTexts({ kind: 'files', object: files.join(', '), texts: new Map(texts), at });
}

async function placesOfFolder(folder: string, at: Date): Promise<readonly Place[]> {
  const { files, folders } = await list(folder);
  const inner = await Promise.all(
    folders.map(async (name) => ({ path: join(folder, name), ...(await list(join(folder, name))) })),
  );
  const below = inner.filter((one) => one.files.length > 0);
  if (files.length === 0 && below.length === 0) {
    throw new Problem('CA_FILE_MISSING', {
      object: folder,
      expected: 'a folder with root-cert.pem, ca-cert.pem, ca-key.pem or cert-chain.pem',
      found: 'no such file in it',
    });
  }
  const own = await textsOf(folder, files);
  const root = own.get('root-cert.pem');
  const roots = root === undefined ? undefined : { name: 'root-cert.pem', bytes: root };
  const clusters = below.map(async ({ path, files: names }) =>
    placeOfTexts({ kind: 'files', object: path, texts: await textsOf(path, names), roots, at }),
  );
  const top = own.size === 0 ? [] : [placeOfTexts({ kind: 'files', object: folder, texts: own, at })];
  return [...top, ...(await Promise.all(clusters))];
}

async function textsOf(folder: string, files: readonly string[]): Promise<ReadonlyMap<string, Buffer>> {
  return new Map(
    await Promise.all(files.map(async (name) => [name, await read(join(folder, name))] as const)),
  );
}

interface Entries {
  readonly files: readonly string[];
  readonly folders: readonly string[];
}

/** What Kubernetes hides in a mounted volume, `..data` and the like, is hidden here too. */
async function list(folder: string): Promise<Entries> {
  const names = (await trying(folder, () => readdir(folder))).filter((name) => !name.startsWith('.'));
  const entries = await Promise.all(
    names.map(async (name) => ({ name, inner: await isFolder(join(folder, name)) })),
  );
  const files = entries.flatMap(({ name, inner }) => (!inner && extensions.has(extname(name)) ? [name] : []));
  const folders = entries.flatMap(({ name, inner }) => (inner ? [name] : []));
  return { files: files.toSorted(bySet), folders: folders.toSorted() };
}

function bySet(a: string, b: string): number {
  const rank = (name: string) => (order.indexOf(name) + order.length + 1) % (order.length + 1);
  return rank(a) - rank(b) || a.localeCompare(b, 'en');
}

async function isFolder(path: string): Promise<boolean> {
  return (await trying(path, () => stat(path))).isDirectory();
}

async function read(path: string): Promise<Buffer> {
  const unfit = await trying(path, () => unfitFile(path));
  if (unfit !== undefined) throw new Problem('CA_FILE_UNREADABLE', { object: path, ...unfit });
  return trying(path, () => readFile(path));
}

async function trying<T>(path: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    const code = systemCode(error);
    if (isMissing(code)) {
      throw new Problem('CA_FILE_MISSING', { object: path, found: await neighbours(path) });
    }
    throw new Problem('CA_FILE_UNREADABLE', { object: path, found: code });
  }
}

/** What there is in its place, for somebody who mistyped. */
async function neighbours(path: string): Promise<string> {
  try {
    const names = (await readdir(dirname(path))).filter((name) => !name.startsWith('.'));
    return names.length === 0
      ? 'an empty folder'
      : `beside ${basename(path)}: ${names.slice(0, 5).join(', ')}`;
  } catch {
    return `no folder ${dirname(path)}`;
  }
}
