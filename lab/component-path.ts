import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { buildFlags, buildVariables } from './build-flags.ts';
import type { Component } from './components.ts';

/**
 * The folder of the lab's own Go module. All that is built shares the one set of dependencies that it pins, so that
 * the packages which most of the programs are made of are compiled once.
 */
export const moduleFolder = join(import.meta.dirname, 'go', 'programs');

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

/**
 * Changes with the recipe in the table, how it is built, what the Go module pins, a program's own files, and the
 * platform; not with the compiler.
 */
async function componentKey({ from }: Component): Promise<string> {
  const how = 'package' in from ? [buildFlags(from), buildVariables] : [];
  const hash = createHash('sha256').update(JSON.stringify([process.platform, process.arch, from, ...how]));
  for (const file of await madeFrom(from)) hash.update(await readFile(file));
  return hash.digest('hex').slice(0, 12);
}

async function madeFrom(from: Component['from']): Promise<readonly string[]> {
  if ('wheel' in from) return [];
  const pins = ['go.mod', 'go.sum'].map((name) => join(moduleFolder, name));
  if (!('package' in from && from.package.startsWith('./'))) return pins;
  const folder = join(moduleFolder, from.package);
  return [...pins, ...(await readdir(folder)).sort().map((name) => join(folder, name))];
}
