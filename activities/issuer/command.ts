import { spawn, type ChildProcess } from 'node:child_process';
import type { Issuer } from '../../fleet/fleet.ts';
import { parseBundle } from '../../pki/bundle.ts';
import { Problem } from '../../problems/problem.ts';
import { cancellation } from '../kube/heartbeat.ts';
import { secretsHidden } from '../redact.ts';
import type { OnlineIssuer } from './issuer.ts';

/** Characters. A chain has some thousands; what says why has its reason at the end. */
const [mostAnswered, mostKept, mostTold] = [256 * 1024, 64 * 1024, 500];

/** Variables by which the worker signs in, beside those with passphrases: none of a program's business. */
const ofWorker = /^(?:AZURE|TEMPORAL)_/;

/** What has become of a program: its exit code, or the signal that ended it. */
interface Ended {
  readonly status: number | NodeJS.Signals | 'too slow' | 'too long' | 'cut off';
  readonly answer: string;
  readonly said: string;
}

/**
 * A program of the user's own: the request comes on its stdin, the chain is what it writes to stdout. It is run without
 * a shell, in the environment of the worker without its secrets, and is killed with all that it has started when its
 * time is over. What cannot be killed, or has left its group, is left alone.
 * @param passphrases names of variables that hold any
 */
export function commandIssuer(
  { run, timeout }: Extract<Issuer, { kind: 'command' }>,
  passphrases: readonly string[] = [],
): OnlineIssuer {
  const [program = '', ...args] = run;
  const object = `the command ${program}`;
  const failed = (expected: string, found: string): Problem =>
    new Problem('ISSUER_FAILED', { object, expected, found });
  return {
    issue: async ({ csr }) => {
      const { status, answer, said } = await ended(start(program, args, passphrases), csr, timeout).catch(
        (error: unknown) => {
          throw failed('a program that can be run', codeOf(error));
        },
      );
      const words = said === '' ? '' : `: ${said}`;
      // The activity was cut off: the reason says so.
      if (status === 'cut off') cancellation()?.throwIfAborted();
      if (status === 'too slow') throw failed(`an answer within ${timeout} s`, `none${words}`);
      if (status === 'too long')
        throw failed('a chain of certificates', `more than ${mostAnswered} characters`);
      if (status !== 0) throw failed('exit code 0', `${status}${words}`);
      if (answer.includes('PRIVATE KEY-----')) throw failed('certificates only', 'a PRIVATE KEY block');
      if (answer.trim() === '') throw failed('a chain of certificates', `nothing${words}`);
      return parseBundle(answer, `what ${program} has written`);
    },
  };
}

function start(program: string, args: readonly string[], passphrases: readonly string[]) {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !ofWorker.test(name) && !passphrases.includes(name)),
  );
  // In a group of its own, so that what it starts ends with it.
  return spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], detached: true, env });
}

/** Rejects where the program cannot be started. */
function ended(child: ReturnType<typeof start>, input: string, timeout: number): Promise<Ended> {
  return new Promise((resolve, reject) => {
    let [answer, said] = ['', ''];
    const settle = (status: Ended['status']): void => {
      clearTimeout(timer);
      resolve({ status, answer, said: toldOf(said) });
    };
    // Whoever has left the group may hold the pipes for ever: nobody waits for their end.
    const end = (why: 'too slow' | 'too long' | 'cut off'): void => {
      const survived = killGroup(child);
      for (const pipe of [child.stdin, child.stdout, child.stderr]) pipe.destroy();
      child.unref();
      if (survived !== undefined) said = `${said}\nit cannot be killed (${survived})`;
      settle(why);
    };
    const cutOff = cancellation();
    cutOff?.addEventListener('abort', () => {
      end('cut off');
    });
    const timer = setTimeout(() => {
      end('too slow');
    }, timeout * 1000);
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      answer += text;
      if (answer.length > mostAnswered) end('too long');
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = tailOf(`${said}${text}`);
    });
    // A program may answer, or fail, without having read all of its input: its exit code says which.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    child.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.on('close', (code, signal) => {
      settle(code ?? signal ?? 'SIGKILL');
    });
  });
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

/** The code of what keeps it from being killed, as of a program with other rights; undefined where it is gone. */
function killGroup({ pid }: ChildProcess): string | undefined {
  if (pid === undefined) return undefined;
  try {
    process.kill(-pid, 'SIGKILL');
    return undefined;
  } catch (error) {
    const code = codeOf(error);
    return code === 'ESRCH' ? undefined : code;
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
