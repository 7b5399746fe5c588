import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { z } from 'zod';

let version: string | undefined;

/** The version of Meshturn that runs. */
export function productVersion(): string {
  version ??= read();
  return version;
}

function read(): string {
  const path = findPackageJSON(import.meta.url);
  if (path === undefined) throw new Error('Meshturn is not in its package');
  return z.object({ version: z.string() }).parse(JSON.parse(readFileSync(path, 'utf8'))).version;
}
