import type { Census } from '../activities/contract.ts';
import { listed, plural } from './stage-context.ts';

/** The line of evidence on a cluster of which every proxy has converged. */
export function convergedLine({ total, provenByTime, notStarted = 0 }: Census): string {
  return [
    `${proxies(total)} converged`,
    ...(provenByTime === undefined
      ? []
      : [`${provenByTime.count} proven by time (${listed(provenByTime.pods, provenByTime.count)})`]),
    ...(notStarted === 0 ? [] : [`${notStarted} not started`]),
  ].join(', ');
}

/** Proxies that are stale and could be read: renewal or a restart mends them, not time alone. */
export function readableStale({ total, converged, unread }: Census): number {
  return total - converged - (unread?.count ?? 0);
}

/** What is waited for where nothing is restarted, in words. */
export function awaited(census: Census): string {
  const { unread } = census;
  const leaves = readableStale(census);
  return [
    ...(leaves > 0 ? [`${plural(leaves, 'leaf').replace('leafs', 'leaves')} to renew`] : []),
    ...(unread === undefined
      ? []
      : [`${listed(unread.pods, unread.count)}, which cannot be read, to be proven by time`]),
  ].join(', and ');
}

function proxies(count: number): string {
  return plural(count, 'proxy').replace('proxys', 'proxies');
}
