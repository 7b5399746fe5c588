import { ActivityFailure, condition, isCancellation, log } from '@temporalio/workflow';
import type { KnownUnit, Regression, WatchResult } from '../activities/contract.ts';
import { leasesOf, takesOver } from '../rotation/own-lease.ts';
import type { Stopped } from '../rotation/progress.ts';
import type { TimeLimits } from '../rotation/shape.ts';
import { type CaRef, type PlanPolicy, rolledBackBy } from '../rotation/wanted.ts';
import { watchCalls } from './calls.ts';
import { now } from './stage-context.ts';

/** A wait is looked over so often at most before looks become rarer: some fifty in half a day. */
const looksOfWait = 20;

/** What passes by itself, as a replica that is being replaced, does so within this many seconds. */
const longestPatience = 60;

/** Milliseconds until the next look of a wait that has gone on for `waited` milliseconds. */
export function watchDelay({ watchEvery }: Pick<TimeLimits, 'watchEvery'>, waited: number): number {
  return Math.max(watchEvery * 1000, waited / looksOfWait);
}

export interface Watch {
  readonly limits: Pick<TimeLimits, 'watchEvery'>;
  /** For the timer: `until aks-weu-1 is looked at again`. */
  readonly summary: string;
  /** True where somebody wants a look at once. */
  readonly wanted?: () => boolean;
  readonly look: () => Promise<void>;
}

/** Looks from time to time until it is cancelled. A look that fails proves nothing, and the next one is to tell. */
export async function keepWatch({ limits, summary, wanted = () => false, look }: Watch): Promise<void> {
  const began = Date.now();
  for (;;) {
    try {
      await condition(wanted, watchDelay(limits, Date.now() - began), { summary });
      await look();
    } catch (error) {
      if (isCancellation(error)) return;
      if (!(error instanceof ActivityFailure)) throw error;
      log.warn('what was proven could not be looked at, and will be later', { error });
    }
  }
}

/** One look at units that are reached by the same workers. */
export async function watchUnits(
  input: {
    readonly fleet: string;
    readonly mesh: string;
    readonly rotationId: string;
    readonly limits: Pick<TimeLimits, 'watchEvery' | 'heartbeat'>;
    readonly policy: Pick<PlanPolicy, 'overrides'>;
    readonly ca: CaRef;
  },
  units: readonly KnownUnit[],
  reach: string | undefined,
): Promise<WatchResult> {
  const { fleet, mesh, rotationId, limits, policy, ca } = input;
  const named =
    units.length === 1 ? `${units.map(({ unit }) => unit).join()} is` : `${units.length} units are`;
  const summary = `see whether ${named} still as proven`;
  const leases = leasesOf(rotationId, rolledBackBy(ca));
  const patience = Math.min(longestPatience, limits.watchEvery);
  return watchCalls(reach, limits.heartbeat).watchUnits.executeWithOptions({ summary }, [
    { fleet, mesh, rotationId, units, patience, ...(takesOver(policy) ? {} : { leases }) },
  ]);
}

/** Why a cluster stands still whose proof does not hold any more. */
export function regressed({ code, message, hint }: Regression): Stopped {
  return {
    code,
    message: `${message}; no cluster of the mesh begins its next phase meanwhile`,
    hint,
    at: now(),
  };
}
