import { isProblemCode, codes } from '../../problems/registry.ts';
import type { RequestsPage } from '../../rotation/requests.ts';
import type { Context } from '../context.ts';
import { exit } from '../exit.ts';
import type { MeshName } from '../rotations.ts';

type Stop = NonNullable<RequestsPage['stopped']>;

/** Tells on stderr what stopped a rotation as a whole. @returns the exit code of that */
export function tellStop(
  { process }: Pick<Context, 'process'>,
  { fleet, mesh }: MeshName,
  { code, message, hint }: Stop,
): number {
  process.stderr.write(
    `error: ${fleet}/${mesh} stands still: ${message}   [${code}]\n${hint === '' ? '' : `  hint: ${hint}\n`}`,
  );
  return isProblemCode(code) ? codes[code].exit : exit.failed;
}
