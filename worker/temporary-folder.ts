import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Problem } from '../problems/problem.ts';

const made = new Set<string>();

/** Removes those that this process has made, for one that ends at once: others may keep keys in them. */
export function removeTemporaryFolders(): void {
  for (const path of made) rmSync(path, { recursive: true, force: true });
}

/**
 * A fresh folder for temporary files, which only its owner reads: in TMPDIR, or where the system has them. Throws
 * TEMPORARY_FOLDER_UNUSABLE.
 */
export async function makeTemporaryFolder(prefix: string): Promise<string> {
  const parent = tmpdir();
  try {
    const path = await mkdtemp(join(parent, prefix));
    made.add(path);
    return path;
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    const details = { object: parent, expected: 'a folder that may be written to', found };
    throw new Problem('TEMPORARY_FOLDER_UNUSABLE', details, { cause: error });
  }
}
