import { AppsV1Api, CoreV1Api, type KubeConfig } from '@kubernetes/client-node';

/** Ready pods of a workload, and those that it shall have. */
interface Rollout {
  readonly name: string;
  readonly ready: number;
  readonly wanted: number;
}

/** `payments/ledger 1/2` for every workload that is not ready yet, a pod that has no owner among them. */
export async function notRolledOut(config: KubeConfig): Promise<readonly string[]> {
  const apps = config.makeApiClient(AppsV1Api);
  const core = config.makeApiClient(CoreV1Api);
  const [pods, deployments, statefulSets, daemonSets] = await Promise.all([
    core.listPodForAllNamespaces(),
    apps.listDeploymentForAllNamespaces(),
    apps.listStatefulSetForAllNamespaces(),
    apps.listDaemonSetForAllNamespaces(),
  ]);
  const lone = pods.items.filter(({ metadata }) => metadata?.ownerReferences === undefined);
  const rollouts: readonly Rollout[] = [
    ...lone.map(({ metadata, status }) => ({
      ...{ name: `${metadata?.namespace ?? ''}/${metadata?.name ?? ''}`, wanted: 1 },
      ready: (status?.conditions ?? []).filter((one) => one.type === 'Ready' && one.status === 'True').length,
    })),
    ...[...deployments.items, ...statefulSets.items].map(({ metadata, spec, status }) => ({
      ...{ name: `${metadata?.namespace ?? ''}/${metadata?.name ?? ''}`, wanted: spec?.replicas ?? 1 },
      ready: status?.readyReplicas ?? 0,
    })),
    ...daemonSets.items.map(({ metadata, status }) => ({
      ...{ name: `${metadata?.namespace ?? ''}/${metadata?.name ?? ''}`, ready: status?.numberReady ?? 0 },
      // The controller has not counted the nodes before it has seen it.
      wanted: status?.observedGeneration === undefined ? 1 : status.desiredNumberScheduled,
    })),
  ];
  return rollouts
    .filter(({ ready, wanted }) => ready < wanted)
    .map(({ name, ready, wanted }) => `${name} ${ready}/${wanted}`);
}
