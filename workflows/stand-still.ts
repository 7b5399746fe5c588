import { condition } from '@temporalio/workflow';
import type { UnitInput } from '../rotation/messages.ts';
import { alongside } from './alongside.ts';
import type { At } from './carried-stage.ts';
import { type Known, knownOf } from './known-of-unit.ts';
import type { UnitRun } from './unit-run.ts';
import { watchUnit } from './watch-unit.ts';

/** What is known of a unit that has come so far. */
export function knownAt(input: UnitInput, run: UnitRun, { stage, at, stood }: At): Known | undefined {
  return knownOf(input, { stage, proven: at?.grounded ?? stood, set: run.set });
}

/**
 * Waits until it is so, for a person as a rule, and looks meanwhile at what is known of the unit.
 * @param onWrong called for every look that finds something wrong
 */
export async function standStill(
  { input, run, known }: { input: UnitInput; run: UnitRun; known: Known | undefined },
  until: () => boolean,
  onWrong?: () => void,
): Promise<void> {
  const watches = known === undefined ? [] : [() => watchUnit({ input, run, known: known.unit, onWrong })];
  await alongside(watches, () => condition(until));
}
