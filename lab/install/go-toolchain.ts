import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Problem } from '../../problems/problem.ts';
import { runTied } from '../../worker/run-tied.ts';
import { whyNotRun } from './why-not-run.ts';

/** It may fetch a newer toolchain before it answers. */
const limitMs = 600_000;

interface Asking {
  readonly environment: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

/** Throws LAB_GO_MISSING unless there is a Go that builds the module in the folder, and the signal's reason. */
export async function requireGo(folder: string, asking: Asking): Promise<void> {
  const needed = wantedBy(await readFile(join(folder, 'go.mod'), 'utf8'));
  const { version, found } = await look(folder, asking);
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
  { environment, signal }: Asking,
): Promise<{ readonly version?: string; readonly found: string }> {
  try {
    const asked = ['sh', '-c', 'cd "$0" && exec go env GOVERSION', folder];
    const { stdout } = await runTied(asked, { environment, signal, limitMs });
    const version = stdout.trim().replace(/^go/, '');
    return { version, found: `Go ${version}` };
  } catch (error) {
    signal.throwIfAborted();
    return { found: whyNotRun('go', error) };
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
