import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { Problem } from '../../../problems/problem.ts';
import { endOf } from '../../../worker/last-lines.ts';

const meshturn = fileURLToPath(new URL('../../meshturn.js', import.meta.url));

interface Run {
  /** Over the variables of this process. */
  readonly env?: NodeJS.ProcessEnv;
  /** What it reads on its standard input. */
  readonly input?: string;
  /** Ends it. */
  readonly signal?: AbortSignal;
}

/**
 * Runs a command line of the product in a process of its own, and resolves with its standard output. Throws
 * ISSUER_FAILED where it does not end with 0, and the signal's reason.
 */
export async function runCli(
  words: readonly string[],
  { env, input = '', signal }: Run = {},
): Promise<string> {
  signal?.throwIfAborted();
  // In a group of its own, so that Ctrl-C in the terminal ends it by way of its parent and not before it.
  const child = spawn(process.execPath, [meshturn, ...words], {
    ...{ stdio: 'pipe', detached: true, env: { ...process.env, ...env } },
  });
  const end = (): void => void child.kill('SIGKILL');
  signal?.addEventListener('abort', end);
  // One that fails may do so before it has read anything: its exit code says so.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const said = Promise.all([text(child.stdout), text(child.stderr)]);
  await once(child, 'close');
  const [stdout, stderr] = await said;
  signal?.removeEventListener('abort', end);
  signal?.throwIfAborted();
  if (child.exitCode === 0) return stdout;
  throw new Problem('ISSUER_FAILED', {
    object: `meshturn ${words.slice(0, 2).join(' ')}`,
    expected: 'exit code 0',
    found: `${String(child.exitCode ?? child.signalCode)}: ${endOf(stderr)}`,
    hint: 'see what is in the way, with what it says; then start the demo again',
  });
}
