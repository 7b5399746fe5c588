import type { ProxySecrets } from './config-dump.ts';
import type { ProxySettings } from './proxy-settings.ts';

/** istiod dates a leaf back by this much against clocks that are slow (security/pkg/pki/util). */
const backdated = 2 * 60_000;

/** When the agent took the leaf; its lifetime counts from then, not from notBefore. */
export function takenAt({ chain: [leaf], updatedAt }: ProxySecrets): Date {
  const issued = leaf.notBefore.getTime() + backdated;
  // Envoy may have taken it up again later, after a reconnect; a clock may be off: never outside its validity.
  const taken = Math.min(issued, updatedAt?.getTime() ?? issued);
  return new Date(Math.max(leaf.notBefore.getTime(), Math.min(taken, leaf.notAfter.getTime())));
}

export interface Renewal {
  /** By the ratio without its jitter. */
  readonly expected: Date;
  /** With all of the jitter. */
  readonly latest: Date;
}

/**
 * When an agent renews the leaf by itself: when `graceRatio` ± jitter of the lifetime is left
 * (security/pkg/nodeagent/cache, rotateTime). One that is overdue is expected now.
 */
export function renewalOf(secrets: ProxySecrets, settings: ProxySettings, now: Date): Renewal {
  const end = secrets.chain[0].notAfter.getTime();
  const lifetime = end - takenAt(secrets).getTime();
  const leftAt = (ratio: number) => end - Math.min(1, Math.max(0, ratio)) * lifetime;
  const latest = Math.max(now.getTime(), leftAt(settings.graceRatio - settings.graceJitter));
  const expected = leftAt(settings.graceRatio);
  return {
    expected: new Date(expected < now.getTime() ? latest : expected),
    latest: new Date(latest),
  };
}
