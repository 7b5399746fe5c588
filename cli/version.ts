import { readFile } from 'node:fs/promises';
import { findPackageJSON } from 'node:module';
import { z } from 'zod';

const self = z.object({ name: z.literal('meshturn'), version: z.string() });

/** The version of the package that this code is part of, built or not. */
export async function ownVersion(): Promise<string> {
  const file = findPackageJSON(import.meta.url);
  if (file === undefined) throw new Error('no package.json is above this file');
  return self.parse(JSON.parse(await readFile(file, 'utf8'))).version;
}
