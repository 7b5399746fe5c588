import { AppsV1Api, type KubeConfig } from '@kubernetes/client-node';

/** Ready pods of a workload, and those that it shall have. */
interface Rollout {
  readonly name: string;
  readonly ready: number;
  readonly wanted: number;
}

/** `payments/ledger 1/2` for every workload that is not ready yet. */
export async function notRolledOut(config: KubeConfig): Promise<readonly string[]> {
  const apps = config.makeApiClient(AppsV1Api);
  const [deployments, statefulSets, daemonSets] = await Promise.all([
    apps.listDeploymentForAllNamespaces(),
    apps.listStatefulSetForAllNamespaces(),
    apps.listDaemonSetForAllNamespaces(),
  ]);
  const rollouts: readonly Rollout[] = [
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
