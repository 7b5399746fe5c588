import { standsAfter } from '../problems/registry.ts';
import type { Stopped } from '../rotation/progress.ts';

/**
 * Whether what has stopped a cluster says more than a look that finds its istiods not to serve what they should: what
 * may keep leaves from being renewed, as a roll that is stuck, has its own words for that.
 */
export function tellsMore(stopped: Pick<Stopped, 'code'> | undefined, found: Pick<Stopped, 'code'>): boolean {
  if (stopped === undefined) return false;
  return found.code === 'ISTIOD_REGRESSED' && standsAfter(stopped.code) === 'noRenewal';
}
