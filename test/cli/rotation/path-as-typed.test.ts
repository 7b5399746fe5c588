import { expect, it } from 'vitest';
import { asFailure } from '../../../activities/failure.ts';
import { readNewCa } from '../../../activities/new-ca/read-new-ca.ts';
import { wantedOf } from '../../../activities/new-ca/wanted.ts';
import type { Observer } from '../../../cli/context.ts';
import { withPathAsTyped } from '../../../cli/rotation/path-as-typed.ts';
import { Problem } from '../../../problems/problem.ts';
import { golden } from '../golden.ts';

/** Reads the folder in earnest, and fails as an activity does. */
const inspectCa: Observer['inspectCa'] = async ({ ca, units }) => {
  if ('before' in ca) throw new Error('expected a folder');
  const named = units.map(({ unit }) => ({ unit, currentRoots: [] }));
  const read = async () => wantedOf(await readNewCa(ca, named), named);
  return read().catch((error: unknown) => {
    throw asFailure('inspectCa', error);
  });
};

it('tells a folder of a new CA that is not there as it was typed', async () => {
  await golden('plan-folder-missing', 'rotation plan -f fleets/prod.yaml --root ./rot-b/', {
    observe: { inspectCa },
  });
});

it('tells every file that the folder lacks, and its mend once', async () => {
  await golden('start-files-missing', 'rotation start -f fleets/prod.yaml --root test/cli', {
    observe: { inspectCa },
  });
});

it('leaves other errors alone', () => {
  const error = new Error('/ca/root-b');
  expect(withPathAsTyped(error, '/ca', './ca')).toBe(error);
  const problem = new Problem('CLUSTER_UNREACHABLE', { object: 'cluster a' });
  expect(withPathAsTyped(problem, '/ca', './ca')).toMatchObject({ details: { object: 'cluster a' } });
});
