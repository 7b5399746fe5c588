import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';

export interface TiedProcess {
  readonly child: ChildProcess;
  /** Settles when the process has ended, whoever ended it. */
  readonly ended: Promise<unknown>;
  /** Asks it to end, and ends it after 5 s if it does not. */
  readonly stop: () => Promise<void>;
  /** Ends it at once, as a crash does. */
  readonly kill: () => Promise<void>;
}

/**
 * Waits with the program for the end of file on its standard input, whose other end only the parent holds:
 * the kernel closes that when the parent ends, by whatever signal. Then the program gets SIGTERM, and once it has ended,
 * after 5 s at the latest, all of the process group SIGKILL: no parent is left to see to it. SIGKILL goes to the program
 * at once where the keeper gets SIGUSR1. When the program has ended by itself, whatever is left of the process group goes
 * too, by SIGTERM, and by SIGKILL of the parent's.
 */
const keeper = `
exec 3<&0
"$@" </dev/null 3<&- &
program=$!
trap 'kill -9 "$program"; wait "$program"' USR1
(
  cat <&3 >/dev/null
  trap '' TERM
  kill "$program"
  for tenth in $(seq 50); do kill -0 "$program" || break; sleep 0.1; done
  kill -9 0
) 2>/dev/null &
exec 3<&-
wait "$program"
code=$?
trap '' TERM
kill 0
exit $code
`;

/**
 * Starts a program that ends surely with this process, also when that is killed by SIGKILL. It has a process
 * group of its own, so that Ctrl-C in the terminal ends it by way of its parent and not before it. What it
 * prints goes to `logFile`; without one, to the pipes of the child, which the caller reads.
 */
export async function startTied(
  command: readonly string[],
  options: { readonly logFile?: string; readonly environment?: NodeJS.ProcessEnv },
): Promise<TiedProcess> {
  const log = options.logFile === undefined ? undefined : await open(options.logFile, 'a');
  const output = log?.fd ?? 'pipe';
  try {
    const child = spawn('sh', ['-c', keeper, 'sh', ...command], {
      stdio: ['pipe', output, output],
      detached: true,
      env: options.environment ?? process.env,
    });
    // At once: its number may be another's later.
    child.once('exit', () => endGroup(child));
    const ended = once(child, 'exit');
    // Where the system starts no process, both reject, and the other is waited for.
    ended.catch(() => undefined);
    await once(child, 'spawn');
    return {
      child,
      ended,
      stop: async () => {
        child.stdin?.destroy();
        await ended;
      },
      kill: async () => {
        child.kill('SIGUSR1');
        await ended;
      },
    };
  } finally {
    await log?.close();
  }
}

/** What a program has begun and left behind, and that heeds no SIGTERM: a script in place of a program, say. */
function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    // Nobody is left, or, on macOS, only who has ended already.
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}
