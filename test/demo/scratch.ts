import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder in which files of an environment are spoiled. */
export interface Scratch {
  readonly folder: string;
  /** A copy of a file of the environment, its relative paths made absolute, edited; its new path. */
  readonly edited: (name: string, edit: (text: string) => string) => Promise<string>;
  /** A copy of the folder of a new root, to be spoiled. */
  readonly newRoot: (name: string, spoil: (folder: string) => Promise<unknown>) => Promise<string>;
  readonly remove: () => Promise<void>;
}

export async function scratchOf(environment: { readonly folder: string }): Promise<Scratch> {
  const folder = await mkdtemp(join(tmpdir(), 'meshturn-refusals-'));
  return {
    folder,
    edited: async (name, edit) => {
      const path = join(folder, name);
      const text = await readFile(join(environment.folder, name), 'utf8');
      await writeFile(path, edit(text.replaceAll(' ./', ` ${environment.folder}/`)), { mode: 0o600 });
      return path;
    },
    newRoot: async (name, spoil) => {
      const path = join(folder, name);
      await mkdir(path);
      await cp(join(environment.folder, 'root-b'), path, { recursive: true });
      await spoil(path);
      return path;
    },
    remove: () => rm(folder, { recursive: true }),
  };
}
