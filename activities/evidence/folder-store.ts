import { randomUUID } from 'node:crypto';
import { access, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { Problem } from '../../problems/problem.ts';
import type { EvidenceStore } from './store.ts';

/** Evidence is for its owner: it names vaults, pods and people. */
const folderMode = 0o700;
const fileMode = 0o600;

/** A document on its way has this at the end of its name; what a crash left of it is no document. */
const unfinished = '.part';

/** Evidence as files of a folder, which is made with the first of them. */
export function folderStore(path: string): EvidenceStore {
  const place = `folder ${path}`;
  const call = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw asFolderProblem(error, place);
    }
  };
  return {
    place,
    write: (name, text) =>
      call(async () => {
        const file = join(path, name);
        if (await isThere(file)) return;
        await mkdir(dirname(file), { recursive: true, mode: folderMode });
        await writeWhole(file, text);
      }),
    read: (name) => call(() => unlessMissing(() => readFile(join(path, name), 'utf8'))),
    list: (prefix) =>
      call(async () => {
        const folder = join(path, prefix);
        const read = () => readdir(folder, { recursive: true, withFileTypes: true });
        const entries = (await unlessMissing(read)) ?? [];
        return entries
          .filter((entry) => entry.isFile() && !entry.name.endsWith(unfinished))
          .map((entry) => relative(path, join(entry.parentPath, entry.name)).replaceAll(sep, '/'))
          .sort();
      }),
  };
}

/** Nobody ever sees half a document, also where the power fails: it gets its name when it is on the disk. */
async function writeWhole(file: string, text: string): Promise<void> {
  const part = `${file}.${randomUUID()}${unfinished}`;
  try {
    const handle = await open(part, 'wx', fileMode);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

async function isThere(file: string): Promise<boolean> {
  return (await unlessMissing(() => access(file).then(() => true))) ?? false;
}

async function unlessMissing<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function asFolderProblem(error: unknown, object: string): unknown {
  const found = codeOf(error);
  return found === undefined
    ? error
    : new Problem('EVIDENCE_STORE_UNUSABLE', { object, found }, { cause: error });
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
