import type { V1Pod } from '@kubernetes/client-node';
import type { ClusterClient } from '../kube/connect.ts';
import { listAll } from '../kube/list-all.ts';
import type { Rollable } from './rollable.ts';

const mostNamed = 3;

/** Why the pods of an owner are not ready, in words; empty where all are. Throws Problem. */
export async function whyNotReady(
  client: ClusterClient,
  { namespace, selector: labelSelector }: Rollable,
): Promise<readonly string[]> {
  const pods = await listAll(`pods in ${namespace} of cluster ${client.name}`, (page) =>
    client.core.listNamespacedPod({ namespace, labelSelector, ...page }),
  );
  return pods.flatMap((pod) => reasonOf(pod) ?? []).slice(0, mostNamed);
}

/** `pod ledger-x2x: ImagePullBackOff (app)`; undefined where the pod is ready. */
function reasonOf({ metadata, status }: V1Pod): string | undefined {
  const name = `pod ${metadata?.name ?? ''}`;
  if (metadata?.deletionTimestamp !== undefined) return `${name}: Terminating`;
  const conditions = status?.conditions ?? [];
  if (conditions.some((one) => one.type === 'Ready' && one.status === 'True')) return undefined;
  const unscheduled = conditions.find((one) => one.type === 'PodScheduled' && one.status === 'False');
  if (unscheduled !== undefined)
    return `${name}: ${unscheduled.message ?? unscheduled.reason ?? 'unscheduled'}`;
  const containers = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  const waiting = containers.find(({ state }) => state?.waiting?.reason !== undefined);
  if (waiting !== undefined) return `${name}: ${waiting.state?.waiting?.reason ?? ''} (${waiting.name})`;
  return `${name}: not ready`;
}
