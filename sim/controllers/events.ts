import { now } from '../api/store.ts';
import type { KubeObject, ObjectStore } from '../world.ts';

/** Records a warning about a pod as a core/v1 Event; a repeated one is counted, as kubelet counts it. */
export function warn(store: ObjectStore, pod: KubeObject, reason: string, message: string): void {
  const { name, namespace = '', uid } = pod.metadata;
  const event = `${name}.${reason.toLowerCase()}`;
  const again = store.change('events', namespace, event, (old) => ({
    ...old,
    ...{ message, count: Number(old['count'] ?? 0) + 1, lastTimestamp: now() },
  }));
  if (again !== undefined) return;
  store.create('events', {
    ...{ apiVersion: 'v1', kind: 'Event', metadata: { name: event, namespace } },
    involvedObject: { apiVersion: 'v1', kind: 'Pod', namespace, name, uid },
    ...{ type: 'Warning', reason, message, count: 1, firstTimestamp: now(), lastTimestamp: now() },
    source: { component: 'kubelet' },
  });
}
