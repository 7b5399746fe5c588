import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Problem } from '../../problems/problem.ts';
import { Problems } from '../../problems/problems.ts';

/** Paths of a unit's files within the folder of a new CA, as Istio names them. */
export function unitPaths(directory: string, unit: string): { cert: string; key: string; chain: string } {
  const path = (file: string): string => join(directory, unit, file);
  return { cert: path('ca-cert.pem'), key: path('ca-key.pem'), chain: path('cert-chain.pem') };
}

export function rootPath(directory: string, unit?: string): string {
  return join(directory, ...(unit === undefined ? [] : [unit]), 'root-cert.pem');
}

/**
 * Reads files at once. Throws Problem NEW_CA_FILE_MISSING that names every one that is not there, or
 * NEW_CA_FILE_UNREADABLE.
 */
export async function readFiles(paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const results = await Promise.allSettled(paths.map((path) => readFileText(path)));
  const failed = results.flatMap((result) =>
    result.status === 'rejected' ? [asProblem(result.reason)] : [],
  );
  const [first] = failed;
  if (first !== undefined) {
    throw failed.length === 1 ? first : new Problems(first.code, { object: 'the new CA' }, failed);
  }
  const texts = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  return new Map(texts.map(({ path, text }) => [path, text]));
}

/** Reads a file that may be left out. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return (await readFileText(path)).text;
  } catch (error) {
    if (error instanceof Problem && error.code === 'NEW_CA_FILE_MISSING') return undefined;
    throw error;
  }
}

async function readFileText(path: string): Promise<{ path: string; text: string }> {
  try {
    return { path, text: await readFile(path, 'utf8') };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    if (code === 'ENOENT' || code === 'ENOTDIR') throw new Problem('NEW_CA_FILE_MISSING', { object: path });
    throw new Problem('NEW_CA_FILE_UNREADABLE', { object: path, found: code });
  }
}

function asProblem(reason: unknown): Problem {
  if (reason instanceof Problem) return reason;
  throw reason;
}
