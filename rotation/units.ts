import type { ClusterEntry, SourceName, UnitShape } from './shape.ts';

/** Clusters that share one CA source and cannot be written together. */
export interface Split {
  /** By what: the policy for the CronJob, or the workers that reach them. */
  readonly code: 'UNIT_POLICY_SPLIT' | 'UNIT_REACH_SPLIT';
  /** The CA source, for errors: `secrets in https://kv-a.vault.azure.net`. */
  readonly object: string;
  /** `cronJob: wait in west, cronJob: runNow in east` */
  readonly found: string;
}

/**
 * Groups clusters into write units, in the order of the fleet file: what shares its objects is written together.
 * @param sources where each control plane has its CA from, by its cluster
 */
export function unitsOf(
  clusters: readonly ClusterEntry[],
  sources: ReadonlyMap<string, SourceName>,
): { readonly units: readonly UnitShape[]; readonly splits: readonly Split[] } {
  const primaries = [...new Set(clusters.map(({ controlPlane }) => controlPlane))];
  const groups = [...Map.groupBy(primaries, (name) => sources.get(name)?.identity).values()];
  const servedBy = Map.groupBy(clusters, ({ controlPlane }) => controlPlane);
  const entries = new Map(clusters.map((entry) => [entry.cluster, entry]));
  const split: Split[] = [];
  const units = groups.map((controlPlanes): UnitShape => {
    const [unit = ''] = controlPlanes;
    const planes = controlPlanes.flatMap((name) => entries.get(name) ?? []);
    const served = controlPlanes.flatMap((name) => servedBy.get(name) ?? []);
    const object = sources.get(unit)?.object ?? unit;
    split.push(...splitsOf(object, planes, served));
    return {
      unit,
      controlPlanes,
      clusters: served.map(({ cluster, workloads, reach }) => ({ cluster, workloads, reach })),
      cronJob: planes[0]?.cronJob ?? 'wait',
    };
  });
  return { units, splits: split };
}

function splitsOf(
  object: string,
  planes: readonly ClusterEntry[],
  served: readonly ClusterEntry[],
): readonly Split[] {
  const policies = planes.map(({ cluster, cronJob }) => ({ cluster, said: `cronJob: ${cronJob}` }));
  const reaches = served.map(({ cluster, reach }) => ({
    cluster,
    said: reach === undefined ? 'no reach' : `reach: ${reach}`,
  }));
  return [...splitBy('UNIT_POLICY_SPLIT', object, policies), ...splitBy('UNIT_REACH_SPLIT', object, reaches)];
}

/** So many clusters of a source are named: an error stays short. */
const mostNamed = 10;

function splitBy(
  code: Split['code'],
  object: string,
  clusters: readonly { readonly cluster: string; readonly said: string }[],
): readonly Split[] {
  const kinds = Map.groupBy(clusters, ({ said }) => said);
  if (kinds.size < 2) return [];
  // Of each kind one comes first: a thousand of one must not hide the other.
  const firsts = new Set([...kinds.values()].flatMap(([first]) => first ?? []));
  const rest = clusters.filter((each) => !firsts.has(each)).slice(0, mostNamed);
  const named = clusters.filter((each) => firsts.has(each) || rest.includes(each));
  const more = clusters.length - named.length;
  const found = named.map(({ cluster, said }) => `${said} in ${cluster}`).join(', ');
  return [{ code, object, found: more > 0 ? `${found} and ${more} more` : found }];
}
