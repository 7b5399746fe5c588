import { spawn, type ChildProcess } from 'node:child_process';
import type { Issuer } from '../../fleet/fleet.ts';
import { parseBundle } from '../../pki/bundle.ts';
import { Problem } from '../../problems/problem.ts';
import type { OnlineIssuer } from './issuer.ts';

/** Characters. A chain has some thousands; what says why has its reason at the end. */
const [mostAnswered, mostKept] = [256 * 1024, 500];

/** What has become of a program: its exit code, or the signal that ended it. */
interface Ended {
  readonly status: number | NodeJS.Signals | 'too slow' | 'too long';
  readonly answer: string;
  readonly said: string;
}

/**
 * A program of the user's own: the request comes on its stdin, the chain is what it writes to stdout. It is run without
 * a shell, with the environment of the worker, and is killed with all that it has started when its time is over.
 */
export function commandIssuer({ run, timeout }: Extract<Issuer, { kind: 'command' }>): OnlineIssuer {
  const [program = '', ...args] = run;
  const object = `the command ${program}`;
  const failed = (expected: string, found: string): Problem =>
    new Problem('ISSUER_FAILED', { object, expected, found });
  return {
    issue: async ({ csr }) => {
      const { status, answer, said } = await ended(start(program, args), csr, timeout).catch(
        (error: unknown) => {
          throw failed('a program that can be run', codeOf(error));
        },
      );
      const words = said === '' ? '' : `: ${said}`;
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

function start(program: string, args: readonly string[]) {
  // In a group of its own, so that what it starts ends with it.
  return spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], detached: true });
}

/** Rejects where the program cannot be started. */
function ended(child: ReturnType<typeof start>, input: string, timeout: number): Promise<Ended> {
  return new Promise((resolve, reject) => {
    let [answer, said] = ['', ''];
    let cut: 'too slow' | 'too long' | undefined;
    const end = (why: typeof cut): void => {
      cut ??= why;
      killGroup(child);
    };
    const timer = setTimeout(() => {
      end('too slow');
    }, timeout * 1000);
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      answer += text;
      if (answer.length > mostAnswered) end('too long');
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = `${said}${text}`.slice(-mostKept);
    });
    // A program may answer, or fail, without having read all of its input: its exit code says which.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    child.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ status: cut ?? code ?? signal ?? 'SIGKILL', answer, said: said.trim() });
    });
  });
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if (codeOf(error) !== 'ESRCH') throw error;
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
