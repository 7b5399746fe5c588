import { condition } from '@temporalio/workflow';
import { now } from './stage-context.ts';
import { stopReason } from './stop-reason.ts';
import type { UnitRun } from './unit-run.ts';

/**
 * Tries until it succeeds: what only a person can mend stops every cluster of the unit until one may go on, or
 * it is needed no more.
 */
export async function untilDone<T>(
  run: UnitRun,
  attempt: () => Promise<T>,
  isNeeded: () => boolean = () => true,
): Promise<T | undefined> {
  while (isNeeded()) {
    try {
      return await attempt();
    } catch (error) {
      const stopped = stopReason(error, now());
      if (stopped === undefined) throw error;
      run.stop(run.clusters, stopped);
      await condition(() => !isNeeded() || run.clusters.some((cluster) => run.mayGoOn(cluster)));
    }
  }
  return undefined;
}
