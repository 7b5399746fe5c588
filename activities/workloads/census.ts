import { type Loaded, provenAt } from '../../rotation/proven-by-time.ts';
import type { TrustState } from '../../rotation/trust.ts';
import type { Census, Laggard, SomePods } from '../contract.ts';
import { beating } from './beating.ts';
import type { WorkloadCluster } from './cluster.ts';
import { foreignAnchors, type ForeignAnchors } from './foreign-anchors.ts';
import { lookAt, type Look } from './look.ts';
import { listMeshPods, podName, type ProxyPod } from './pods.ts';
import { whyStale } from './proxy-state.ts';
import { renewalOf, type Renewal } from './renewal.ts';

const mostNamed = 20;
const mostListed = 5;

/** One proxy against what is expected of it. */
export interface Verdict {
  readonly pod: ProxyPod;
  /** Why it has not converged, as the end of the sentence `<pod> …`; undefined where it has. */
  readonly why: string | undefined;
  /** When a stale leaf that could be read will renew itself. */
  readonly renewal: Renewal | undefined;
  readonly readable: boolean;
  /** From when on time proves of one that cannot be read that it has converged; undefined where it never does. */
  readonly provenAt?: Date;
}

/** What the proxies of a cluster are judged by. */
export interface Judging {
  readonly expect: TrustState;
  /** Without it time proves nothing. */
  readonly loaded?: Loaded;
  /** Names the stage: `<rotationId>/<phase>/<stage>`. Pods that bear it came into being for it. */
  readonly mark: string;
  readonly now: () => Date;
}

/** Looks at every proxy of a cluster and judges it. Heartbeats. Throws Problem as the API server refuses. */
export async function judgeCluster(cluster: WorkloadCluster, by: Judging): Promise<readonly Verdict[]> {
  return beating(`the proxies of cluster ${cluster.client.name}`, async () => {
    const foreign = await foreignAnchors(cluster);
    const { proxies } = await listMeshPods(cluster.client);
    return lookAt(cluster, proxies, (look) => verdictOn(look, by, foreign));
  });
}

function verdictOn(look: Look, by: Judging, foreign: ForeignAnchors): Verdict {
  if (!('secrets' in look)) return unreadable(look, by);
  const { pod, secrets } = look;
  const at = by.now();
  const why = whyStale(secrets, { expect: by.expect, foreign, at });
  const renewal = why === undefined ? undefined : renewalOf(secrets, pod.settings, at);
  return { pod, why, renewal, readable: true };
}

function unreadable({ pod, why }: Look & { readonly why: string }, { loaded, mark, now }: Judging): Verdict {
  const verdict = { pod, why, renewal: undefined, readable: false };
  if (loaded === undefined || pod.unborn || pod.settings.fromFiles) return verdict;
  const { createdAt, settings } = pod;
  const proven = new Date(
    provenAt({ createdAt, longestTtl: settings.longestTtlSeconds, replaced: pod.mark === mark }, loaded),
  );
  const over = proven <= now();
  return {
    ...verdict,
    why: over ? undefined : `${why}, proven by time at ${proven.toISOString()}`,
    provenAt: proven,
  };
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
    ...byTime(counted),
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

/** What time has proven, and what it will, the next first. */
function byTime(counted: readonly Verdict[]): Pick<Census, 'provenByTime' | 'unread'> {
  const awaited = counted
    .flatMap((verdict) => (verdict.provenAt === undefined ? [] : [{ verdict, at: verdict.provenAt }]))
    .toSorted((a, b) => a.at.getTime() - b.at.getTime());
  const proven = awaited.filter(({ verdict }) => verdict.why === undefined);
  const unread = awaited.filter(({ verdict }) => verdict.why !== undefined);
  const [next, last] = [unread[0]?.at, unread.at(-1)?.at];
  return {
    ...(proven.length === 0 ? {} : { provenByTime: some(proven.map(({ verdict }) => verdict)) }),
    ...(next === undefined || last === undefined
      ? {}
      : {
          unread: {
            ...some(unread.map(({ verdict }) => verdict)),
            ...{ next: next.toISOString(), last: last.toISOString() },
          },
        }),
  };
}

function some(verdicts: readonly Verdict[]): SomePods {
  return { count: verdicts.length, pods: verdicts.slice(0, mostListed).map(({ pod }) => podName(pod)) };
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
