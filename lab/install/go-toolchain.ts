import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Problem } from '../../problems/problem.ts';
import { endOf } from '../../worker/last-lines.ts';

const run = promisify(execFile);

/** Throws LAB_GO_MISSING unless there is a Go that builds the module in the folder. */
export async function requireGo(folder: string, environment: NodeJS.ProcessEnv): Promise<void> {
  const needed = wantedBy(await readFile(join(folder, 'go.mod'), 'utf8'));
  const { version, found } = await look(folder, environment);
  if (version !== undefined && !isOlder(version, needed)) return;
  throw new Problem('LAB_GO_MISSING', { object: 'go', expected: `Go ${needed} or newer`, found });
}

function wantedBy(goMod: string): string {
  const version = /^go (\S+)$/m.exec(goMod)?.[1];
  if (version === undefined) throw new Error('expected a line `go VERSION` in go.mod');
  return version;
}

/** Asked in the module's folder: there, Go takes a newer toolchain of its own where it may. */
async function look(
  folder: string,
  env: NodeJS.ProcessEnv,
): Promise<{ readonly version?: string; readonly found: string }> {
  try {
    const { stdout } = await run('go', ['env', 'GOVERSION'], { cwd: folder, env });
    const version = stdout.trim().replace(/^go/, '');
    return { version, found: `Go ${version}` };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if ('code' in error && error.code === 'ENOENT') return { found: 'no go on PATH' };
    return { found: 'stderr' in error ? endOf(String(error.stderr)) : error.message };
  }
}

function isOlder(version: string, than: string): boolean {
  const [left, right] = [numbers(version), numbers(than)];
  const differing = right.findIndex((part, index) => (left[index] ?? 0) !== part);
  return differing !== -1 && (left[differing] ?? 0) < (right[differing] ?? 0);
}

/** `1.26.8` as three numbers; a suffix such as `rc1` or `-X:flag` does not count. */
function numbers(version: string): readonly number[] {
  return (/^[\d.]+/.exec(version)?.[0] ?? '').split('.').map(Number);
}
