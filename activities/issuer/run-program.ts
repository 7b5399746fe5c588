import { spawn, type ChildProcess } from 'node:child_process';
import { systemCode } from '../../problems/system-code.ts';
import { cancellation } from '../kube/heartbeat.ts';
import { secretsHidden } from '../redact.ts';

/** Characters. A chain has some thousands; what says why has its reason at the end. */
export const mostAnswered = 256 * 1024;
const [mostKept, mostTold] = [64 * 1024, 500];

/** Milliseconds. What a program has written comes through its pipes within a moment of its end. */
const afterExit = 1_000;

/** What is to be run, and how. */
export interface Program {
  readonly path: string;
  readonly args: readonly string[];
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** Seconds. */
  readonly timeout: number;
}

/** What has become of a program: its exit code, or the signal that ended it. */
export interface Ended {
  readonly status: number | NodeJS.Signals | 'too slow' | 'too long';
  readonly answer: string;
  readonly said: string;
}

/**
 * Runs a program without a shell, in a group of its own, and with all of that ends it when its time is over, or when the
 * activity is cut off. What has left the group, or goes on after the program itself has ended, is left alone and not
 * waited for. Rejects where it cannot be started, and with the reason of the activity that is cut off.
 */
export async function runProgram(
  { path, args, folder, env, timeout }: Program,
  input: string,
): Promise<Ended> {
  const cutOff = cancellation();
  cutOff?.throwIfAborted();
  // One that cannot be started for want of descriptors has no pipes.
  const child: ChildProcess = spawn(path, args, {
    ...{ stdio: ['pipe', 'pipe', 'pipe'], detached: true, env, cwd: folder },
  });
  const timers: NodeJS.Timeout[] = [];
  const undone = new AbortController();
  try {
    return await new Promise<Ended>((resolve, reject) => {
      child.on('error', reject);
      let [answer, said] = ['', ''];
      const settle = (status: Ended['status']): void => {
        resolve({ status, answer, said: toldOf(said) });
      };
      const end = (status: 'too slow' | 'too long'): void => {
        said = kill(child, said);
        settle(status);
      };
      const cut = (): void => {
        kill(child, said);
        reject(reasonOf(cutOff));
      };
      cutOff?.addEventListener('abort', cut, { signal: undone.signal });
      const limit = setTimeout(() => {
        end('too slow');
      }, timeout * 1000);
      timers.push(limit);
      child.stdout?.setEncoding('utf8').on('data', (text: string) => {
        answer += text;
        if (answer.length > mostAnswered) end('too long');
      });
      child.stderr?.setEncoding('utf8').on('data', (text: string) => {
        said = tailOf(`${said}${text}`);
      });
      // A program may answer, or fail, without having read all of its input: its exit code says which.
      child.stdin?.on('error', () => undefined);
      child.stdin?.end(input);
      const closed = (): void => {
        settle(child.exitCode ?? child.signalCode ?? 'SIGKILL');
      };
      child.on('exit', () => {
        clearTimeout(limit);
        // Whoever it has left behind may hold its pipes for ever.
        timers.push(setTimeout(closed, afterExit));
      });
      child.on('close', closed);
    });
  } finally {
    undone.abort();
    for (const timer of timers) clearTimeout(timer);
    for (const pipe of [child.stdin, child.stdout, child.stderr]) pipe?.destroy();
    child.unref();
  }
}

export function reasonOf(signal: AbortSignal | undefined): Error {
  return signal?.reason instanceof Error ? signal.reason : new Error('the activity was cut off');
}

/** Of a program that has ended nothing is killed: its number may be another's by now. @returns what is to be told */
function kill(child: ChildProcess, said: string): string {
  const { pid, exitCode, signalCode } = child;
  if (pid === undefined || exitCode !== null || signalCode !== null) return said;
  try {
    process.kill(-pid, 'SIGKILL');
    return said;
  } catch (error) {
    const code = systemCode(error);
    return code === 'ESRCH' ? said : `${said}\nit cannot be killed (${code})`;
  }
}

/** Begins with a whole line: the rest of one may be a part of a secret that is no longer known for one. */
function tailOf(text: string): string {
  if (text.length <= mostKept) return text;
  const tail = text.slice(-mostKept);
  const end = tail.indexOf('\n');
  return end === -1 ? '' : tail.slice(end + 1);
}

/** Cut only where no secret can be cut in two. */
function toldOf(said: string): string {
  return secretsHidden(said.trim()).slice(-mostTold);
}
