import { lstat, mkdir, open, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Problem } from '../../problems/problem.ts';
import { systemCode } from '../../problems/system-code.ts';

/** A file that is to be made. */
export interface NewFile {
  readonly path: string;
  readonly text: string;
  /** Only its owner may read it. */
  readonly isSecret?: boolean;
}

/** So many are named in one line. */
const mostNamed = 3;

/** Throws Problem FILE_EXISTS where any of the paths is taken. Asked for before a key is made or a passphrase typed. */
export async function refuseExisting(paths: readonly string[]): Promise<void> {
  const looks = await Promise.all(paths.map(async (path) => ({ path, isThere: await exists(path) })));
  const taken = looks.filter(({ isThere }) => isThere).map(({ path }) => path);
  if (taken.length === 0) return;
  const more = taken.length - mostNamed;
  const object = `${taken.slice(0, mostNamed).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  throw new Problem('FILE_EXISTS', { object });
}

/** A link that leads nowhere is there as well. */
async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT') return false;
    throw notWritten(path, code);
  }
}

/**
 * Writes files that are not there, and the folders they need: all of them or none. Throws Problem FILE_EXISTS,
 * FILE_NOT_WRITTEN.
 */
export async function writeNew(files: readonly NewFile[]): Promise<void> {
  const written: string[] = [];
  for (const { path, text, isSecret = false } of files) {
    const folder = dirname(path);
    let place = folder;
    try {
      await makeFolder(folder);
      place = path;
      const file = await open(path, 'wx', isSecret ? 0o600 : 0o644);
      written.push(path);
      await file
        .writeFile(text)
        .then(() => file.sync())
        .finally(() => file.close());
    } catch (error) {
      await Promise.all(written.map((one) => rm(one, { force: true })));
      const code = systemCode(error);
      throw code === 'EEXIST' ? new Problem('FILE_EXISTS', { object: place }) : notWritten(path, code);
    }
  }
}

/**
 * Makes a folder and those that it is in, each after the one above it: where a file system takes no folders and says so
 * by ENOENT, as /proc does, node's own way of doing that never ends.
 */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const code = systemCode(error);
    if (code === 'EEXIST' && (await stat(path)).isDirectory()) return;
    const above = dirname(path);
    if (code !== 'ENOENT' || above === path || (await exists(above))) throw error;
    await makeFolder(above);
    await makeFolder(path);
  }
}

function notWritten(path: string, code: string): Problem {
  return new Problem('FILE_NOT_WRITTEN', { object: path, found: code });
}
