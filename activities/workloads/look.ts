import pLimit from 'p-limit';
import { Problem } from '../../problems/problem.ts';
import type { ClusterClient } from '../kube/connect.ts';
import { beat, cancellation } from '../kube/heartbeat.ts';
import { callingForMaybe } from '../kube/problems.ts';
import type { ProxyReach } from './cluster.ts';
import type { ProxySecrets } from './config-dump.ts';
import { podName, type ProxyPod } from './pods.ts';
import { readProxy } from './read-proxy.ts';

const atATime = 32;

/** What a look at one proxy showed. */
export type Look =
  | { readonly pod: ProxyPod; readonly secrets: ProxySecrets }
  /** `why` is the end of the sentence `<pod> …`. */
  | { readonly pod: ProxyPod; readonly why: string };

/** What the API server says of no proxy alone: read again, each may be as it should. */
const wholeCluster = new Set(['CLUSTER_FORBIDDEN', 'CLUSTER_UNAUTHORIZED', 'CLUSTER_STARTING']);

/**
 * Looks at every one of the pods, 32 at a time, and keeps what `judge` makes of each. A pod that is gone by
 * then is left out; one that cannot be read is judged as such. Heartbeats; ends with the activity.
 * Throws Problem CLUSTER_FORBIDDEN, CLUSTER_UNAUTHORIZED or CLUSTER_STARTING, which hold for every pod.
 */
export async function lookAt<T>(
  reach: ProxyReach,
  pods: readonly ProxyPod[],
  judge: (look: Look) => T,
): Promise<readonly T[]> {
  const limit = pLimit({ concurrency: atATime, rejectOnClear: true });
  const signal = cancellation();
  let done = 0;
  const judged = await Promise.all(
    pods.map((pod) =>
      limit(async () => {
        signal?.throwIfAborted();
        const look = await lookAtOne(reach, pod);
        done += 1;
        beat({ waitingFor: `${pods.length - done} proxies to be looked at` });
        return look === undefined ? [] : [judge(look)];
      }),
    ),
  ).catch((error: unknown) => {
    limit.clearQueue();
    throw error;
  });
  return judged.flat();
}

async function lookAtOne(reach: ProxyReach, pod: ProxyPod): Promise<Look | undefined> {
  const { client } = reach;
  if (pod.unborn && pod.down !== undefined) return { pod, why: pod.down };
  if (pod.down !== undefined) return (await isGone(client, pod)) ? undefined : { pod, why: pod.down };
  try {
    return { pod, secrets: await readProxy(reach, pod) };
  } catch (error) {
    if (!(error instanceof Problem) || wholeCluster.has(error.code)) throw error;
    if (await isGone(client, pod)) return undefined;
    return { pod, why: `cannot be read: ${error.details.found ?? error.message}` };
  }
}

/** Whether the pod itself, not one of the same name, has left the API server. */
async function isGone(client: ClusterClient, pod: ProxyPod): Promise<boolean> {
  const { namespace, name } = pod;
  const now = await callingForMaybe(`pod ${podName(pod)} of cluster ${client.name}`, () =>
    client.core.readNamespacedPod({ namespace, name }),
  );
  const phase = now?.status?.phase;
  return now?.metadata?.uid !== pod.uid || phase === 'Succeeded' || phase === 'Failed';
}
