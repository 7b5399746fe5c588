import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { startTied } from './tied-process.ts';

export interface RunOptions {
  readonly environment?: NodeJS.ProcessEnv;
  /** Ends the program, with all that it has begun. */
  readonly signal?: AbortSignal | undefined;
  /** After which it is ended likewise. */
  readonly limitMs?: number;
}

/** A program that ended with another exit code than 0; a shell's 127 where there is no such program. */
export class ProgramFailed extends Error {
  override readonly name = 'ProgramFailed';
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;

  constructor(message: string, o: Pick<ProgramFailed, 'exitCode' | 'stdout' | 'stderr'>) {
    super(message);
    this.exitCode = o.exitCode;
    this.stdout = o.stdout;
    this.stderr = o.stderr;
  }
}

/**
 * What a program prints, that ends surely with this process. Throws ProgramFailed, the signal's reason, and what the
 * system says where it starts no process at all. Nothing of its process group is left when this returns or throws.
 */
export async function runTied(
  command: readonly string[],
  { environment, signal, limitMs }: RunOptions = {},
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  signal?.throwIfAborted();
  const { child, ended, stop } = await startTied(command, environment === undefined ? {} : { environment });
  const late = limitMs === undefined ? undefined : AbortSignal.timeout(limitMs);
  const end = AbortSignal.any([signal, late].filter((one) => one !== undefined));
  const stopped = (): void => void stop();
  end.addEventListener('abort', stopped);
  // It may have come while the program was started.
  if (end.aborted) stopped();
  const printed = Promise.all([textOf(child.stdout), textOf(child.stderr)]);
  const closed = once(child, 'close');
  await ended;
  await closed;
  end.removeEventListener('abort', stopped);
  const [stdout, stderr] = await printed;
  signal?.throwIfAborted();
  if (late?.aborted)
    throw new ProgramFailed(`no end within ${(limitMs ?? 0) / 1000} s`, { exitCode: null, stdout, stderr });
  const { exitCode } = child;
  if (exitCode !== 0) throw new ProgramFailed(`exit code ${exitCode}`, { exitCode, stdout, stderr });
  return { stdout, stderr };
}

function textOf(stream: Readable | null): Promise<string> {
  return stream === null ? Promise.resolve('') : text(stream);
}
