import type { UnitInput } from '../rotation/messages.ts';
import type { At } from './carried-stage.ts';
import { now } from './stage-context.ts';
import { knownAt, standStill } from './stand-still.ts';
import type { UnitRun } from './unit-run.ts';

/**
 * Rests until no pause holds the unit any more, and tells where it then goes on. What is known of it is looked at
 * meanwhile: where that does not hold its clusters stop, and the stage that proved it begins anew when it does.
 */
export async function restWatched(input: UnitInput, run: UnitRun, next: At): Promise<At> {
  const known = knownAt(input, run, next);
  const isRight = () => {
    const { names } = run.regressed;
    return names.length === 0 || names.some((cluster) => run.mayGoOn(cluster));
  };
  const mayGoOn = () => run.hold === 'leave' || (run.hold === undefined && isRight());
  let wasWrong = run.regressed.names.length > 0;
  run.rest(now());
  await standStill({ input, run, known }, mayGoOn, () => {
    wasWrong = true;
  });
  run.wake(now());
  if (!wasWrong || known === undefined) return next;
  return { stage: known.stage, at: undefined, stood: known.proven };
}
