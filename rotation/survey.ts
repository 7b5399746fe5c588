import type { ClusterEntry, ClusterPage, FoundSource, MeshShape, SourceName } from './shape.ts';
import { inGroups, sideBySide } from './side-by-side.ts';
import { unitsOf, type Split } from './units.ts';

/** Clusters whose CA source is looked for in one call: what it finds stays below 16 KB. */
const clustersTogether = 10;
/** Such calls at a time. */
const callsAtOnce = 4;

/** Asks for what the shape of a mesh is made of; whoever surveys says how. */
export interface Surveyor {
  /** @param after the last cluster of the page before; undefined for the first page */
  readonly listClusters: (after: string | undefined) => Promise<ClusterPage>;
  /** Looks at clusters with a control plane, all within reach of the same workers. */
  readonly findSources: (
    clusters: readonly string[],
    reach: string | undefined,
  ) => Promise<readonly FoundSource[]>;
}

export interface Surveyed {
  readonly shape: MeshShape;
  /** Each forbids the rotation. */
  readonly splits: readonly Split[];
}

/**
 * The shape of a mesh, by the fleet file page by page, and by a look at every control plane of which it does not
 * name the CA source whole. One cluster that cannot be looked at fails the survey, and is named by its failure.
 */
export async function survey(
  ref: { readonly fleet: string; readonly mesh: string },
  surveyor: Surveyor,
): Promise<Surveyed> {
  const { clusters, ...mesh } = await readAll(surveyor);
  const { units, splits } = unitsOf(clusters, await sourcesOf(clusters, surveyor));
  return { shape: { ...mesh, fleet: ref.fleet, mesh: ref.mesh, units }, splits };
}

async function readAll({ listClusters }: Surveyor): Promise<Omit<ClusterPage, 'next'>> {
  const { next: second, ...first } = await listClusters(undefined);
  const clusters = [...first.clusters];
  for (let next = second; next !== undefined;) {
    const page = await listClusters(next);
    clusters.push(...page.clusters);
    next = page.next;
  }
  return { ...first, clusters };
}

async function sourcesOf(
  clusters: readonly ClusterEntry[],
  { findSources }: Surveyor,
): Promise<ReadonlyMap<string, SourceName>> {
  const primaries = new Set(clusters.map(({ controlPlane }) => controlPlane));
  const planes = clusters.filter(({ cluster }) => primaries.has(cluster));
  const toFind = planes.filter(({ source }) => source === undefined);
  const groups = inGroups(toFind, clustersTogether, ({ reach }) => reach);
  const found = await sideBySide(groups, callsAtOnce, ({ kind, items }) =>
    findSources(
      items.map(({ cluster }) => cluster),
      kind,
    ),
  );
  return new Map([
    ...planes.flatMap(({ cluster, source }) => (source === undefined ? [] : [[cluster, source] as const])),
    ...found.flat().map(({ cluster, source }) => [cluster, source] as const),
  ]);
}
