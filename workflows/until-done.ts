import { now } from './stage-context.ts';
import { stopReason } from './stop-reason.ts';
import type { UnitRun } from './unit-run.ts';

/**
 * Tries until it succeeds: what only a person can mend stops every cluster of the unit until one may go on, or
 * it is needed no more.
 * @param standStill waits until it is so
 */
export async function untilDone<T>(
  run: UnitRun,
  attempt: () => Promise<T>,
  standStill: (until: () => boolean) => Promise<void>,
  isNeeded: () => boolean = () => true,
): Promise<T | undefined> {
  while (isNeeded()) {
    try {
      return await attempt();
    } catch (error) {
      const stopped = stopReason(error, now());
      if (stopped === undefined) throw error;
      run.stop(run.clusters, stopped);
      await standStill(() => !isNeeded() || run.clusters.some((cluster) => run.mayGoOn(cluster)));
    }
  }
  return undefined;
}
