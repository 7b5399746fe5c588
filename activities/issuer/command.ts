import type { Issuer } from '../../fleet/fleet.ts';
import { parseBundle } from '../../pki/bundle.ts';
import type { Certificate } from '../../pki/certificate.ts';
import { Problem } from '../../problems/problem.ts';
import { inTurn } from './in-turn.ts';
import type { OnlineIssuer } from './issuer.ts';
import { mostAnswered, runProgram } from './run-program.ts';

/** What programs need to be found and to write and read texts; nothing that anybody signs in with. */
const harmless = /^(?:PATH|HOME|USER|LOGNAME|LANG|LANGUAGE|LC_[A-Z]+|TMPDIR|TZ|SSL_CERT_FILE|SSL_CERT_DIR)$/;

/**
 * A program of the user's own: the request comes on its stdin, the chain is what it writes to stdout. Of the worker's
 * environment it gets what is harmless, and what the fleet file names.
 */
export function commandIssuer({
  run,
  folder,
  timeout,
  env,
}: Extract<Issuer, { kind: 'command' }>): OnlineIssuer {
  const [path = '', ...args] = run;
  const object = `the command ${path}`;
  const failed = (expected: string, found: string): Problem =>
    new Problem('ISSUER_FAILED', { object, expected, found });
  async function issue(csr: string): Promise<readonly Certificate[]> {
    const program = { path, args, folder, env: environment(env), timeout };
    const { status, answer, said } = await runProgram(program, csr).catch((error: unknown) => {
      // Otherwise the activity was cut off, which its reason says.
      throw isOfSystem(error) ? failed('a program that can be run', error.code) : error;
    });
    const words = said === '' ? '' : `: ${said}`;
    if (status === 'too slow') throw failed(`an answer within ${timeout} s`, `none${words}`);
    if (status === 'too long')
      throw failed('a chain of certificates', `more than ${mostAnswered} characters`);
    if (status !== 0) throw failed('exit code 0', `${status}${words}`);
    if (answer.includes('PRIVATE KEY-----')) throw failed('certificates only', 'a PRIVATE KEY block');
    if (answer.trim() === '') throw failed('a chain of certificates', `nothing${words}`);
    try {
      return parseBundle(answer, `what ${path} has written`);
    } catch (error) {
      throw error instanceof Problem ? failed('a chain of certificates', `${error.message}${words}`) : error;
    }
  }

  return { issue: ({ csr }) => inTurn(() => issue(csr)) };
}

function environment(named: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value !== undefined && (harmless.test(name) || named.includes(name)) ? [[name, value]] : [],
    ),
  );
}

function isOfSystem(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && 'code' in error && typeof error.code === 'string';
}
