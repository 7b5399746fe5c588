import { condition } from '@temporalio/workflow';
import type { UnitInput } from '../rotation/messages.ts';
import type { Stage } from '../rotation/plan.ts';
import { reachOf } from '../rotation/shape.ts';
import { alongside } from './alongside.ts';
import { keepWatch, regressed, watchUnits } from './keep-watch.ts';
import { now } from './stage-context.ts';
import type { CarriedStage } from './stage-walk.ts';
import type { UnitRun } from './unit-run.ts';

/** Where a step goes on. */
export interface At {
  /** Of the step's stages, the one that is under way. */
  readonly stage: number;
  readonly at: CarriedStage | undefined;
}

/**
 * Rests until no pause holds the unit any more, and tells where it then goes on. What it has proven is looked at
 * meanwhile: where that does not hold its clusters stop, and the stage that proved it begins anew when it does.
 */
export async function restWatched(input: UnitInput, run: UnitRun, next: At): Promise<At> {
  const proven = lastProven(input.step.stages, next);
  const wrong = new Set(next.at?.regressed);
  let anew = wrong.size > 0;
  const { unit, controlPlanes } = input.step;
  const look = async ({ expect, chain }: Stage): Promise<void> => {
    const seen = await watchUnits(input, [{ unit, controlPlanes, expect, chain }], reachOf(input.shape));
    const [regression] = seen.regressions;
    if (regression === undefined) {
      run.recover([...wrong], now());
      wrong.clear();
    } else if (run.resting.length > 0) {
      for (const cluster of run.resting) wrong.add(cluster);
      run.stop(run.resting, regressed(regression));
      anew = true;
    }
  };
  const watch = (stage: Stage) =>
    keepWatch({
      limits: input.limits,
      summary: `until ${unit}, which rests, is looked at again`,
      look: () => look(stage),
    });
  const mayGoOn = () => wrong.size === 0 || [...wrong].some((cluster) => run.mayGoOn(cluster));
  run.rest(now());
  await alongside(proven === undefined ? [] : [() => watch(proven)], () =>
    condition(() => run.hold === 'leave' || (run.hold === undefined && mayGoOn())),
  );
  run.wake(now());
  return anew && proven !== undefined ? { stage: input.step.stages.indexOf(proven), at: undefined } : next;
}

/** The stage that every istiod of the unit is proven to serve; undefined where its next write, or its load, is to come. */
function lastProven(stages: readonly Stage[], { stage, at }: At): Stage | undefined {
  if (at?.grounded.includes('loaded') === true) return stages[stage];
  const before = at === undefined ? stages[stage - 1] : undefined;
  return before?.proofs.includes('loaded') === true ? before : undefined;
}
