import type { ClusterClient } from '../kube/connect.ts';
import { listAll } from '../kube/list-all.ts';
import { podName, type ProxyPod } from './pods.ts';
import { fromDaemonSet, fromDeployment, fromStatefulSet, type Rollable } from './rollable.ts';

/** What can replace a pod, or why nothing can, in words: `payments/job-x2x (Job)`. */
type Owner = { readonly rollable: Rollable } | { readonly unmanaged: string };

/** The owners of a cluster's pods as they stand at one instant. */
export interface Owners {
  of(pod: ProxyPod): Owner;
}

/** Reads every owner that rolls. Throws Problem as the API server refuses. */
export async function readOwners(client: ClusterClient): Promise<Owners> {
  const all = (plural: string): string => `${plural} of cluster ${client.name}`;
  const { apps } = client;
  const [replicaSets, deployments, statefulSets, daemonSets] = await Promise.all([
    listAll(all('replicasets'), (page) => apps.listReplicaSetForAllNamespaces(page)),
    listAll(all('deployments'), (page) => apps.listDeploymentForAllNamespaces(page)),
    listAll(all('statefulsets'), (page) => apps.listStatefulSetForAllNamespaces(page)),
    listAll(all('daemonsets'), (page) => apps.listDaemonSetForAllNamespaces(page)),
  ]);
  const deploymentOf = new Map(
    replicaSets.map(({ metadata }) => [
      metadata?.uid ?? '',
      metadata?.ownerReferences?.find(({ controller }) => controller === true)?.uid,
    ]),
  );
  const rollables = [
    ...deployments.map(fromDeployment),
    ...statefulSets.map(fromStatefulSet),
    ...daemonSets.map(fromDaemonSet),
  ];
  return ownersOf(new Map(rollables.map((one) => [one.uid, one])), deploymentOf);
}

/** @param deploymentOf uid of a ReplicaSet's Deployment by the ReplicaSet's own */
export function ownersOf(
  rollables: ReadonlyMap<string, Rollable>,
  deploymentOf: ReadonlyMap<string, string | undefined>,
): Owners {
  return {
    of(pod) {
      const { owner } = pod;
      if (owner === undefined) return { unmanaged: `${podName(pod)} (no owner)` };
      const uid = owner.kind === 'ReplicaSet' ? (deploymentOf.get(owner.uid) ?? owner.uid) : owner.uid;
      const rollable = rollables.get(uid);
      if (rollable === undefined) return { unmanaged: `${podName(pod)} (${owner.kind} ${owner.name})` };
      const { kind, name, rollout } = rollable;
      return rollout.state === 'manual'
        ? { unmanaged: `${podName(pod)} (${kind} ${name}: ${rollout.text})` }
        : { rollable };
    },
  };
}
