import { expect, it } from 'vitest';
import { caOf } from '../../../cli/rotation/plan-flags.ts';
import { overridesOf } from '../../../cli/rotation/overrides.ts';

const flags = { file: 'prod.yaml', phases: '3' } as const;

it('takes an empty name for no folder, and not for the current one', () => {
  for (const [flag, given] of [
    ['--root', { root: '' }],
    ['--intermediate', { intermediate: ' ' }],
  ] as const) {
    const details = { object: flag, expected: 'a folder', found: 'an empty name' };
    expect(() => caOf({ ...flags, ...given })).toThrow(
      expect.objectContaining({ code: 'USAGE', details }) as Error,
    );
  }
});

it('takes overrides of what can be overridden, each with the reason', () => {
  expect(overridesOf(['ROOT_IN_USE', 'TORN_CHAIN'], 'tested')).toEqual([
    { invariant: 'ROOT_IN_USE', reason: 'tested' },
    { invariant: 'TORN_CHAIN', reason: 'tested' },
  ]);
});

it('names no code for one that is like none', () => {
  const named = { code: 'OVERRIDE_UNKNOWN', hint: 'name the code that the plan shows in brackets' };
  expect(() => overridesOf(['FOO'], 'tested')).toThrow(expect.objectContaining(named) as Error);
});
