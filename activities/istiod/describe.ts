import { type ClusterShape, type MeshShape } from '../../rotation/shape.ts';
import { type MeshRef } from '../contract.ts';
import { type MeshWorld } from '../mesh-world.ts';
import { demandRotatable } from './rotatable.ts';

/**
 * The shape of a mesh by its fleet file and its clusters' CA sources.
 * @throws Problem where a control plane cannot be rotated (SELF_SIGNED_MESH, CSI_ROTATION_OFF,
 *   OBJECT_VERSION_PINNED, …) or a policy splits a write unit
 */
export async function describeMesh(world: MeshWorld, { fleet, mesh }: MeshRef): Promise<MeshShape> {
  const found = world.mesh({ fleet, mesh });
  const primaries = new Set(found.clusters.map(({ controlPlane }) => controlPlane));
  await Promise.all([...primaries].map((cluster) => demandRotatable(world, { fleet, mesh, cluster })));
  const units = await world.units({ fleet, mesh });
  return {
    fleet,
    mesh,
    trustDomain: found.trustDomain,
    waveWidth: found.waveWidth,
    limits: found.limits,
    units: units.map(({ name, controlPlanes, clusters, cronJob }) => ({
      unit: name,
      controlPlanes: controlPlanes.map(({ cluster }) => cluster),
      clusters: clusters.map(({ name: cluster, workloads, reach }): ClusterShape => ({
        cluster,
        workloads,
        reach,
      })),
      cronJob,
    })),
  };
}
