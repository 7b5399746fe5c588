import { type TrustState } from '../../rotation/trust.ts';
import { type Census, type Laggard } from '../contract.ts';
import { beating } from './beating.ts';
import { type WorkloadCluster } from './cluster.ts';
import { foreignAnchors } from './foreign-anchors.ts';
import { lookAt, type Look } from './look.ts';
import { listMeshPods, podName, type ProxyPod } from './pods.ts';
import { whyStale, type Expectation } from './proxy-state.ts';
import { renewalOf, type Renewal } from './renewal.ts';

const mostNamed = 20;

/** One proxy against what is expected of it. */
export interface Verdict {
  readonly pod: ProxyPod;
  /** Why it has not converged, as the end of the sentence `<pod> …`; undefined where it has. */
  readonly why: string | undefined;
  /** When a stale leaf that could be read will renew itself. */
  readonly renewal: Renewal | undefined;
  readonly readable: boolean;
}

/** Looks at every proxy of a cluster and judges it. Heartbeats. Throws Problem as the API server refuses. */
export async function judgeCluster(
  cluster: WorkloadCluster,
  expect: TrustState,
  now: () => Date,
): Promise<readonly Verdict[]> {
  return beating(`the proxies of cluster ${cluster.client.name}`, async () => {
    const foreign = await foreignAnchors(cluster);
    const { proxies } = await listMeshPods(cluster.client);
    return lookAt(cluster.client, proxies, (look) => verdictOn(look, { expect, foreign, at: now() }));
  });
}

function verdictOn(look: Look, expectation: Expectation): Verdict {
  if (!('secrets' in look)) return { pod: look.pod, why: look.why, renewal: undefined, readable: false };
  const { pod, secrets } = look;
  const why = whyStale(secrets, expectation);
  const renewal = why === undefined ? undefined : renewalOf(secrets, pod.settings, expectation.at);
  return { pod, why, renewal, readable: true };
}

/** Counts verdicts, those on pods whose proxy has never started apart. Names at most 20 laggards, those that no renewal will mend first. */
export function censusOf(verdicts: readonly Verdict[], at: Date): Census {
  const counted = verdicts.filter(({ pod }) => !pod.unborn);
  const stale = counted.filter(({ why }) => why !== undefined);
  const renewals = stale.flatMap(({ renewal }) => renewal ?? []);
  return {
    at: at.toISOString(),
    total: counted.length,
    converged: counted.length - stale.length,
    notStarted: verdicts.length - counted.length,
    laggards: stale
      .toSorted((a, b) => Number(a.readable) - Number(b.readable) || compare(podName(a.pod), podName(b.pod)))
      .slice(0, mostNamed)
      .map(laggard),
    nextRenewal: extreme(
      renewals.map(({ expected }) => expected),
      Math.min,
    ),
    lastRenewal: extreme(
      renewals.map(({ latest }) => latest),
      Math.max,
    ),
  };
}

function laggard({ pod, why = '' }: Verdict): Laggard {
  return { pod: podName(pod), reason: pod.terminating ? `is terminating and ${why}` : why };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function extreme(dates: readonly Date[], pick: (...values: number[]) => number): string | undefined {
  if (dates.length === 0) return undefined;
  return new Date(dates.map((date) => date.getTime()).reduce((a, b) => pick(a, b))).toISOString();
}
