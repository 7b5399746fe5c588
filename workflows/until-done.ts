import { condition } from '@temporalio/workflow';
import { now } from './stage-context.ts';
import { stopReason } from './stop-reason.ts';
import type { UnitRun } from './unit-run.ts';

/** Tries until it succeeds: what only a person can mend stops every cluster of the unit until one may go on. */
export async function untilDone(run: UnitRun, attempt: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      await attempt();
      return;
    } catch (error) {
      const stopped = stopReason(error, now());
      if (stopped === undefined) throw error;
      run.stop(run.clusters, stopped);
      await condition(() => run.clusters.some((cluster) => run.mayGoOn(cluster)));
    }
  }
}
