import type { FoundSource } from '../../rotation/shape.ts';
import type { MeshRef } from '../contract.ts';
import type { MeshWorld } from '../mesh-world.ts';
import { demandRotatable } from './rotatable.ts';

/**
 * Where the control planes of some clusters have their CA from, in the order asked for; a few clusters at a time,
 * for each may give a log and some lists.
 * @throws Problem where a control plane cannot be rotated (SELF_SIGNED_MESH, CSI_ROTATION_OFF,
 *   OBJECT_VERSION_PINNED, …), or CLUSTER_UNREACHABLE and the like, with the cluster's name
 */
export function findSources(
  world: MeshWorld,
  { fleet, mesh, clusters }: MeshRef & { readonly clusters: readonly string[] },
): Promise<readonly FoundSource[]> {
  return Promise.all(
    clusters.map(async (cluster) => {
      await demandRotatable(world, { fleet, mesh, cluster });
      const { source } = await world.sourceOf({ fleet, mesh, cluster });
      return { cluster, source: { identity: source.identity, object: source.object } };
    }),
  );
}
