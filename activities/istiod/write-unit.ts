import type { Cluster, ObjectNames } from '../../fleet/fleet.ts';
import { Problem } from '../../problems/problem.ts';
import type { CaSource } from '../ca-source.ts';
import type { UnitRef } from '../contract.ts';
import type { PlaneSource } from './plane-source.ts';

/** A CA source, the control planes that read it, and the clusters that these serve. */
export interface WriteUnit {
  readonly source: CaSource;
  /** Clusters in which an istiod runs, with the names of the source's objects there. */
  readonly controlPlanes: readonly { readonly cluster: string; readonly objects: ObjectNames }[];
  readonly clusters: readonly Cluster[];
}

/**
 * A write unit as its own control planes show it.
 * @param sources of its control planes, in their order
 * @throws Problem UNIT_UNKNOWN where these no longer share one CA source
 */
export function writeUnitOf(
  { fleet, mesh, unit, controlPlanes }: UnitRef,
  clusters: readonly Cluster[],
  sources: readonly PlaneSource[],
): WriteUnit {
  const different = new Map(sources.map(({ source }) => [source.identity, source]));
  const [source] = different.values();
  if (source === undefined || different.size > 1 || controlPlanes[0] !== unit) {
    throw new Problem('UNIT_UNKNOWN', {
      object: `write unit ${unit} of mesh ${fleet}/${mesh}`,
      expected: `one CA source of ${controlPlanes.join(', ')}`,
      found: [...different.values()].map(({ object }) => object).join(', '),
    });
  }
  return {
    source,
    controlPlanes: sources.map(({ objects }, i) => ({ cluster: controlPlanes[i] ?? unit, objects })),
    clusters: clusters.filter(({ controlPlane }) => controlPlanes.includes(controlPlane)),
  };
}
