import type { Cluster } from '../../fleet/fleet.ts';
import { pageFrom } from '../../rotation/page.ts';
import type { ClusterEntry, ClusterPage } from '../../rotation/shape.ts';
import type { MeshRef } from '../contract.ts';
import { sourceName } from '../key-vault/source-name.ts';
import type { MeshWorld } from '../mesh-world.ts';

/**
 * One page of the fleet file's clusters of a mesh; no cluster is touched.
 * @throws Problem CLUSTER_UNKNOWN where the page before came from another file, with a cluster that this one lacks
 */
export function listClusters(
  world: MeshWorld,
  { fleet, mesh, after }: MeshRef & { readonly after?: string },
): ClusterPage {
  const {
    trustDomain,
    waveWidth,
    limits,
    compromised,
    trustHolders,
    clusters: all,
  } = world.mesh({ fleet, mesh });
  const last = after === undefined ? undefined : world.cluster({ fleet, mesh, cluster: after });
  const from = last === undefined ? 0 : all.indexOf(last) + 1;
  const clusters = pageFrom(all.map(entryOf), from);
  const next = from + clusters.length < all.length ? clusters.at(-1)?.cluster : undefined;
  const marked = compromised.length === 0 ? {} : { compromised };
  const certificateHolders = trustHolders
    .filter(({ authenticates }) => authenticates === 'certificate')
    .map(({ name }) => name);
  const holders = certificateHolders.length === 0 ? {} : { certificateHolders };
  return { trustDomain, waveWidth, limits, ...marked, ...holders, clusters, next };
}

function entryOf({ name, controlPlane, workloads, cronJob, reach, keyVault }: Cluster): ClusterEntry {
  const { url, objects } = keyVault;
  const source = url === undefined || objects === undefined ? undefined : sourceName(url, objects);
  return { cluster: name, controlPlane, workloads, cronJob, reach, source };
}
