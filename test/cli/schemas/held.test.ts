import { expect, it } from 'vitest';
import { z } from 'zod';
import { describing } from '../../../cli/schemas/held.ts';

interface Sample {
  readonly name: string;
  readonly state: 'on' | 'off';
  readonly parts: readonly { readonly size: number }[];
  readonly endedAt: string | undefined;
  readonly more?: Readonly<Record<string, number>>;
}

const whole = {
  name: z.string(),
  state: z.enum(['on', 'off']),
  parts: z.array(z.object({ size: z.number() })),
  endedAt: z.string().exactOptional(),
  more: z.record(z.string(), z.number()).exactOptional(),
};

// The compiler is what is tested: a line that it takes after all is an error of its own.
it('takes a schema that describes a type, and none that lacks something of it or has more', () => {
  const hold = describing<Sample>();
  const { name, endedAt, more, ...others } = whole;
  hold(z.object(whole));
  // @ts-expect-error a key of the type is not described
  hold(z.object({ ...others, endedAt, more }));
  // @ts-expect-error a key that may be missing is not described
  hold(z.object({ ...others, name, more }));
  // @ts-expect-error another one, which is optional in the type
  hold(z.object({ ...others, name, endedAt }));
  // @ts-expect-error a key is described that the type lacks
  hold(z.object({ ...whole, other: z.string().exactOptional() }));
  // @ts-expect-error a key that may be missing is described as one that is always there
  hold(z.object({ ...whole, endedAt: z.string() }));
  // @ts-expect-error a value is missing among the states
  hold(z.object({ ...whole, state: z.enum(['on']) }));
  // @ts-expect-error a state is described that there is not
  hold(z.object({ ...whole, state: z.enum(['on', 'off', 'broken']) }));
  // @ts-expect-error a part has another type
  hold(z.object({ ...whole, parts: z.array(z.object({ size: z.string() })) }));
  expect(Object.keys(whole)).toHaveLength(5);
});
