import type { ControlPlane, ValidatorCronJob } from '../../activities/istiod/control-plane.ts';
import { trustedByConfigMap } from '../../activities/istiod/probe.ts';
import { listReplicas } from '../../activities/istiod/replicas.ts';
import type { ClusterRef, MeshWorld } from '../../activities/mesh-world.ts';
import type { WorkloadCluster } from '../../activities/workloads/cluster.ts';
import { listMeshPods, type MeshPods, type ProxyPod } from '../../activities/workloads/pods.ts';
import { istioNamespace } from '../../sim/demo/istio-objects.ts';
import { eventually } from '../support/eventually.ts';

/** What was found in a cluster by a login that may do everything. */
export interface Found {
  readonly world: MeshWorld;
  readonly ref: ClusterRef;
  readonly cluster: WorkloadCluster;
  readonly pods: MeshPods;
  readonly proxy: ProxyPod;
  readonly plane: ControlPlane;
  readonly cronJob: ValidatorCronJob;
  /** A pod of istiod. */
  readonly istiod: string;
  readonly token: string;
  readonly trusted: string;
}

/** Looks at a cluster with the validator CronJob, once proxies and istiod run. */
export async function findIn(world: MeshWorld, ref: ClusterRef): Promise<Found> {
  const cluster = { ...(await world.clusterOf(ref)), istioNamespace };
  const [plane] = await world.controlPlanes(ref);
  if (plane?.cronJob === undefined) throw new Error('expected a control plane with a CronJob');
  const { cronJob } = plane;
  return eventually(async () => {
    const pods = await listMeshPods(cluster.client);
    const proxy = pods.proxies.find(({ namespace, down }) => namespace === 'payments' && down === undefined);
    const istiod = (await listReplicas(cluster.client, plane)).find(({ ready }) => ready)?.pod;
    if (proxy === undefined || istiod === undefined) throw new Error('expected a proxy and an istiod');
    const token = await world.probeToken(ref, plane.namespace);
    const trusted = await trustedByConfigMap(cluster.client, plane.namespace);
    return { world, ref, cluster, pods, proxy, plane, cronJob, istiod, token, trusted };
  });
}
