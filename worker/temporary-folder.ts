import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Problem } from '../problems/problem.ts';

/**
 * A fresh folder for temporary files, which only its owner reads: in TMPDIR, or where the system has them. Throws
 * TEMPORARY_FOLDER_UNUSABLE.
 */
export async function makeTemporaryFolder(prefix: string): Promise<string> {
  const parent = tmpdir();
  try {
    return await mkdtemp(join(parent, prefix));
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    const details = { object: parent, expected: 'a folder that may be written to', found };
    throw new Problem('TEMPORARY_FOLDER_UNUSABLE', details, { cause: error });
  }
}
