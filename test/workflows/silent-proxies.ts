import type { Activities, Census, Expected } from '../../activities/contract.ts';
import { provenAt } from '../../rotation/proven-by-time.ts';

/** Pods whose proxies never answer. */
export interface SilentProxies {
  readonly pods: readonly string[];
  /** Seconds that their leaves may live. */
  readonly ttl: number;
  /** Milliseconds. */
  readonly clock: () => Promise<number>;
}

/** The same mesh with some proxies more that no look can read and no restart replaces. */
export function withSilentProxies(mesh: Activities, silent: SilentProxies): Activities {
  const { pods } = silent;
  return {
    ...mesh,
    takeCensus: async (input) =>
      withSilent(await mesh.takeCensus(input), input, silent, await silent.clock()),
    restartStale: async (input) => {
      const result = await mesh.restartStale(input);
      return { ...result, unmanaged: pods.map((pod) => `${pod} (no owner)`) };
    },
    observeUnit: async (input) => {
      const unit = await mesh.observeUnit(input);
      const [first, ...others] = unit.clusters;
      if (first === undefined) return unit;
      const proxies = first.proxies + pods.length;
      return { ...unit, clusters: [{ ...first, proxies, unreadable: pods.length }, ...others] };
    },
  };
}

function withSilent(census: Census, { loaded }: Expected, { pods, ttl }: SilentProxies, now: number): Census {
  const total = census.total + pods.length;
  if (loaded === undefined) return { ...census, total };
  const at = provenAt({ createdAt: undefined, longestTtl: ttl, replaced: false }, loaded);
  const some = { count: pods.length, pods };
  return Date.parse(at) <= now
    ? { ...census, total, converged: census.converged + pods.length, provenByTime: some }
    : { ...census, total, unread: { ...some, next: at, last: at } };
}
