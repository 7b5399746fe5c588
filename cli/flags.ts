import { duration } from '../fleet/values.ts';
import { Problem } from '../problems/problem.ts';
import type { MeshName } from './rotations.ts';

/** Flags that several commands share, for stricli. */
export const fileFlag = {
  kind: 'parsed',
  parse: String,
  brief: 'The fleet file',
  placeholder: 'FILE',
} as const;

export const outputFlag = {
  kind: 'enum',
  values: ['text', 'json'],
  default: 'text',
  brief: 'What stdout gets',
} as const;

export const timeoutFlag = {
  kind: 'parsed',
  parse: seconds('--timeout'),
  optional: true,
  brief: 'Wait no longer than this (90s, 15m, 12h, 2d); the rotation goes on',
  placeholder: 'TIME',
} as const;

/** The positional argument of commands about one mesh. */
export const meshArgument = {
  kind: 'tuple',
  parameters: [{ parse: meshName, brief: 'The mesh, as fleet/mesh', placeholder: 'FLEET/MESH' }],
} as const;

/** `prod/payments` */
function meshName(written: string): MeshName {
  const [, fleet, mesh] = /^([a-z0-9-]+)\/([a-z0-9-]+)$/.exec(written) ?? [];
  if (fleet === undefined || mesh === undefined) {
    throw usage('the mesh', 'FLEET/MESH, such as prod/payments', written);
  }
  return { fleet, mesh };
}

/** Reads the value of a flag: `15m`, as seconds. */
export function seconds(flag: string): (written: string) => number {
  return (written) => {
    const parsed = duration.safeParse(written);
    if (parsed.success) return parsed.data;
    throw usage(flag, 'a time with a unit, such as 90s, 15m or 12h', written);
  };
}

/** Reads the value of a flag as a whole number. */
export function whole(least: number, flag: string): (written: string) => number {
  return (written) => {
    const value = Number(written);
    if (/^\d+$/.test(written) && value >= least) return value;
    throw usage(flag, `a whole number of at least ${least}`, written);
  };
}

/** A mistake in the use of the command line. */
export function usage(object: string, expected: string, found: string): Problem {
  return new Problem('USAGE', { object, expected, found });
}
