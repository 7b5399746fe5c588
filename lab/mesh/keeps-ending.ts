import { CoreV1Api, type KubeConfig } from '@kubernetes/client-node';
import { endOf } from '../../worker/last-lines.ts';

/** A program that is started again and again, and the end of what it printed; undefined where there is none. */
export async function keepsEnding(config: KubeConfig): Promise<string | undefined> {
  const core = config.makeApiClient(CoreV1Api);
  const { items } = await core.listPodForAllNamespaces();
  const [most] = items
    .flatMap(({ metadata, status }) => {
      const containers = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
      return containers
        .filter(({ ready, restartCount }) => !ready && restartCount > 0)
        .map(({ name: container, restartCount: times }) => ({
          ...{ namespace: metadata?.namespace ?? '', name: metadata?.name ?? '', container, times },
        }));
    })
    .toSorted((a, b) => b.times - a.times);
  if (most === undefined) return undefined;
  const { times, ...of } = most;
  const log = await core.readNamespacedPodLog({ ...of, previous: true });
  return `${of.namespace}/${of.name} ended ${times === 1 ? 'once' : `${times} times`}, and its log with ${endOf(log)}`;
}
