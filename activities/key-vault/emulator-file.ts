import { readFile } from 'node:fs/promises';
import type { VaultEmulator } from '../../fleet/fleet.ts';
import { Problem } from '../../problems/problem.ts';

/** Reads a file that the fleet file names for an emulator. Throws Problem FLEET_VALUE_INVALID. */
export async function readEmulatorFile(key: keyof VaultEmulator, path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const found = error instanceof Error && 'code' in error ? String(error.code) : 'an unknown error';
    throw new Problem('FLEET_VALUE_INVALID', {
      object: `${key} ${path} of a vault's emulator`,
      expected: 'a file that can be read',
      found,
    });
  }
}
