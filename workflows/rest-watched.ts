import { condition } from '@temporalio/workflow';
import type { UnitInput } from '../rotation/messages.ts';
import { alongside } from './alongside.ts';
import type { At } from './carried-stage.ts';
import { knownOf } from './known-of-unit.ts';
import { now } from './stage-context.ts';
import { StillWatch } from './still-watch.ts';
import type { UnitRun } from './unit-run.ts';

/**
 * Rests until no pause holds the unit any more, and tells where it then goes on. What is known of it is looked at
 * meanwhile: where that does not hold its clusters stop, and the stage that proved it begins anew when it does.
 */
export async function restWatched(input: UnitInput, run: UnitRun, next: At): Promise<At> {
  const known = knownOf(input, { ...next, proven: next.at?.grounded ?? next.stood, set: run.set });
  const still = new StillWatch(input, run, next.at?.regressed);
  const isRight = () => still.wrong.length === 0 || still.wrong.some((cluster) => run.mayGoOn(cluster));
  run.rest(now());
  await alongside(known === undefined ? [] : [() => still.watch(known)], () =>
    condition(() => run.hold === 'leave' || (run.hold === undefined && isRight())),
  );
  run.wake(now());
  if (!still.hasStopped || known === undefined) return next;
  return { stage: known.stage, at: undefined, stood: known.proven };
}
