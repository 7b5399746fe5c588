import type { Census } from '../activities/contract.ts';
import { Problem } from '../problems/problem.ts';
import type { WorkloadsPolicy } from '../rotation/shape.ts';
import { readableStale } from './census-words.ts';

/** How long a wait for proxies goes on though nothing gets better. */
export interface Standstill {
  /** The most proxies that were seen converged. */
  readonly best: number;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

/**
 * When a wait is over, milliseconds since the epoch. Where nothing is left but proxies that cannot be read, time will
 * prove them, and nothing that comes and goes puts that instant off.
 */
export function endOf({ until }: Standstill, census: Census, rollout: number): number {
  if (census.unread === undefined || readableStale(census) > 0) return until;
  return Math.max(until, Date.parse(census.unread.last) + rollout * 1000);
}

/** What bounds a wait: the clock, which proves nothing. */
export interface Patience {
  readonly mode: WorkloadsPolicy['mode'];
  /** Seconds. */
  readonly rollout: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * The end of a wait, set by its first census and moved by none but one that shows more proxies converged than any
 * before it. Where leaves are waited for, the last of them has until its renewal; pods that come and go, or a
 * renewal that fails over and over, put nothing off.
 */
export function standstill(
  before: Standstill | undefined,
  { converged, lastRenewal }: Census,
  { mode, rollout, now }: Patience,
): Standstill {
  if (before !== undefined && converged <= before.best) return before;
  const renewal = mode === 'renew' && lastRenewal !== undefined ? Date.parse(lastRenewal) : now;
  return { best: converged, until: Math.max(now, renewal) + rollout * 1000 };
}

/** Names the proxies that did not follow. */
export function notConverged(cluster: string, census: Census): Problem {
  const named = census.laggards.slice(0, 3).map(({ pod, reason }) => `${pod} ${reason}`);
  return new Problem('NOT_CONVERGED', {
    object: `cluster ${cluster}`,
    expected: `${census.total} proxies converged`,
    found: [census.converged, ...named].join('; '),
  });
}
