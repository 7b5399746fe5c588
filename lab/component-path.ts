import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Component, GoSource } from './components.ts';

/** The folder of the lab's own module that a component is built from. */
export function moduleFolder({ module }: Pick<GoSource, 'module'>): string {
  return join(import.meta.dirname, 'go', module);
}

/** The folder in the user's cache that keeps what was built or fetched for the lab. */
export function labCache(cacheFolder: string): string {
  return join(cacheFolder, 'lab');
}

/** Where a component is kept: under a name of its own for everything it could be built from. */
export async function componentPath(component: Component, cacheFolder: string): Promise<string> {
  return join(
    labCache(cacheFolder),
    `${component.name}-${component.version}-${await componentKey(component)}`,
  );
}

/** Changes with the recipe in the table, the files of its Go module, and the platform; not with the compiler. */
async function componentKey({ from }: Component): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([process.platform, process.arch, from]));
  if ('module' in from) {
    const folder = moduleFolder(from);
    for (const file of (await readdir(folder)).sort()) hash.update(await readFile(join(folder, file)));
  }
  return hash.digest('hex').slice(0, 12);
}
