import pLimit from 'p-limit';
import { type ClusterShape, type MeshShape } from '../../rotation/shape.ts';
import { type Cluster } from '../../fleet/fleet.ts';
import { Problem } from '../../problems/problem.ts';
import { type MeshRef } from '../contract.ts';
import { type MeshWorld } from '../mesh-world.ts';
import { demandRotatable } from './rotatable.ts';

/** So many clusters are looked at side by side: each may give a log and some lists. */
const atOnce = 8;

/**
 * The shape of a mesh by its fleet file and its clusters' CA sources. A cluster whose vault and objects the
 * fleet file names is not looked at: it may be within reach of other workers only, and `observeUnit` looks at
 * it there.
 * @throws Problem where a control plane cannot be rotated (SELF_SIGNED_MESH, CSI_ROTATION_OFF,
 *   OBJECT_VERSION_PINNED, …) or a policy or the reach of its clusters splits a write unit
 */
export async function describeMesh(world: MeshWorld, { fleet, mesh }: MeshRef): Promise<MeshShape> {
  const found = world.mesh({ fleet, mesh });
  const primaries = new Set(found.clusters.map(({ controlPlane }) => controlPlane));
  const toLookAt = found.clusters.filter((cluster) => primaries.has(cluster.name) && !isExplicit(cluster));
  const limited = pLimit(atOnce);
  await limited.map(toLookAt, (cluster) => lookAt(world, { fleet, mesh }, cluster));
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

function isExplicit({ keyVault }: Cluster): boolean {
  return keyVault.url !== undefined && keyVault.objects !== undefined;
}

async function lookAt(world: MeshWorld, ref: MeshRef, { name, reach }: Cluster): Promise<void> {
  try {
    await demandRotatable(world, { ...ref, cluster: name });
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'CLUSTER_UNREACHABLE' || reach === undefined)
      throw error;
    const hint = `name vault and objects of cluster ${name} in the fleet file, source.keyVault.url and objects: then only workers of reach ${reach} need to reach it`;
    throw new Problem(error.code, { ...error.details, hint }, { cause: error.cause });
  }
}
