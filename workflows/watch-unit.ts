import type { KnownUnit } from '../activities/contract.ts';
import type { UnitInput } from '../rotation/messages.ts';
import { reachOf } from '../rotation/shape.ts';
import { keepWatch, regressed, watchUnits } from './keep-watch.ts';
import { now } from './stage-context.ts';
import type { UnitRun } from './unit-run.ts';

export interface UnitWatch {
  readonly input: UnitInput;
  readonly run: UnitRun;
  readonly known: KnownUnit;
  /** Clusters that stop where the unit is not as it is known to be; all of them where left out. */
  readonly clusters?: () => readonly string[];
  /** Another for each time that the unit was proven, undefined meanwhile: a look that began before tells nothing. */
  readonly proof?: () => number | undefined;
  /** Called for every look that finds something wrong. */
  readonly onWrong?: (() => void) | undefined;
}

/**
 * Looks from time to time at a unit that waits, rests or stands still, until it is cancelled. Where it is not as it is
 * known to be its clusters stop for that, and are what they were before when it is.
 */
export async function watchUnit({ input, run, known, ...watch }: UnitWatch): Promise<void> {
  const { clusters = () => run.clusters, proof = () => 0, onWrong } = watch;
  await keepWatch({
    limits: input.limits,
    summary: `until ${known.unit} is looked at again`,
    look: async () => {
      const before = proof();
      const [found] = (await watchUnits(input, [known], reachOf(input.shape))).regressions;
      if (before === undefined || before !== proof()) return;
      if (found === undefined) {
        run.recover(now());
        return;
      }
      run.regress(clusters(), regressed(found));
      onWrong?.();
    },
  });
}
