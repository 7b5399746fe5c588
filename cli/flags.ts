import { duration } from '../fleet/values.ts';
import { Problem } from '../problems/problem.ts';
import { type MeshName } from './rotations.ts';

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
  parse: seconds,
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
    throw new Error('expected FLEET/MESH, such as prod/payments');
  }
  return { fleet, mesh };
}

/** `15m`, as seconds. */
export function seconds(written: string): number {
  const parsed = duration.safeParse(written);
  if (!parsed.success) throw new Error('expected a time with a unit, such as 90s, 15m or 12h');
  return parsed.data;
}

/** A mistake in the use of flags that parsing one by one cannot see. */
export function usage(object: string, expected: string, found: string): Problem {
  return new Problem('USAGE', { object, expected, found });
}
