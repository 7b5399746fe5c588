import { readFile } from 'node:fs/promises';
import { Problem } from '../problems/problem.ts';
import type { Fleet } from './fleet.ts';
import { parseFleet } from './parse.ts';

/** Reads a fleet file. Throws FLEET_FILE_MISSING, or what `parseFleet` throws. */
export async function loadFleet(path: string): Promise<Fleet> {
  return parseFleet(await textOf(path), path);
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
    const found = code === 'ENOENT' ? 'no such file' : code === 'EISDIR' ? 'a folder' : code;
    throw new Problem('FLEET_FILE_MISSING', { object: path, expected: 'a file', found }, { cause });
  }
}
