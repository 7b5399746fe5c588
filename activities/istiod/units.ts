import { type Cluster, type ObjectNames } from '../../fleet/fleet.ts';
import { Problem } from '../../problems/problem.ts';
import { type CaSource } from '../ca-source.ts';
import { type PlaneSource } from './plane-source.ts';

/** A CA source, the control planes that read it, and the clusters that these serve. */
export interface WriteUnit {
  /** That of its first control plane. */
  readonly name: string;
  readonly source: CaSource;
  /** Clusters in which an istiod runs, with the names of the source's objects there. */
  readonly controlPlanes: readonly { readonly cluster: string; readonly objects: ObjectNames }[];
  readonly clusters: readonly Cluster[];
  readonly cronJob: 'wait' | 'runNow';
}

/**
 * Groups control planes by the identity of their source: what shares its objects is written together.
 * @throws Problem UNIT_POLICY_SPLIT where a policy would have them written apart, UNIT_REACH_SPLIT where no one
 *   worker reaches them all
 */
export function groupUnits(
  clusters: readonly Cluster[],
  planes: readonly { readonly cluster: string; readonly source: PlaneSource }[],
): readonly WriteUnit[] {
  const groups = Map.groupBy(planes, ({ source }) => source.source.identity);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [unitOf(clusters, first, group)];
  });
}

function unitOf(
  clusters: readonly Cluster[],
  first: { readonly cluster: string; readonly source: PlaneSource },
  group: readonly { readonly cluster: string; readonly source: PlaneSource }[],
): WriteUnit {
  const names = group.map(({ cluster }) => cluster);
  const policies = clusters.filter(({ name }) => names.includes(name));
  const { source } = first.source;
  if (new Set(policies.map(({ cronJob }) => cronJob)).size > 1) {
    throw new Problem('UNIT_POLICY_SPLIT', {
      object: source.object,
      found: policies.map(({ name, cronJob }) => `cronJob: ${cronJob} in ${name}`).join(', '),
    });
  }
  const served = clusters.filter(({ controlPlane }) => names.includes(controlPlane));
  if (new Set(served.map(({ reach }) => reach)).size > 1) {
    throw new Problem('UNIT_REACH_SPLIT', {
      object: source.object,
      found: served
        .map(({ name, reach }) => `${reach === undefined ? 'no reach' : `reach: ${reach}`} in ${name}`)
        .join(', '),
    });
  }
  return {
    name: first.cluster,
    source,
    controlPlanes: group.map(({ cluster, source: { objects } }) => ({ cluster, objects })),
    clusters: served,
    cronJob: policies[0]?.cronJob ?? 'wait',
  };
}
