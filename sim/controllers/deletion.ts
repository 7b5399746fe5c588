import { now } from '../api/store.ts';
import type { KubeObject, ObjectStore } from '../world.ts';
import { podView } from './views.ts';

/**
 * Deletes as the API server does: a pod that has a node is marked, and kubelet removes it once its program
 * has stopped; everything else is gone at once. Gives the last state; undefined where there is no such object.
 */
export function deleteObject(
  store: ObjectStore,
  resource: string,
  { metadata: { namespace, name } }: { readonly metadata: { namespace?: string; name: string } },
  { gracePeriodSeconds }: { readonly gracePeriodSeconds?: number | undefined } = {},
): KubeObject | undefined {
  const object = store.get(resource, namespace, name);
  if (object === undefined) return undefined;
  const scheduled = resource === 'pods' && podView.parse(object).spec.nodeName !== undefined;
  if (!scheduled || gracePeriodSeconds === 0) return store.remove(resource, namespace, name);
  return store.change(resource, namespace, name, (pod) =>
    pod.metadata.deletionTimestamp === undefined
      ? { ...pod, metadata: { ...pod.metadata, deletionTimestamp: now() } }
      : pod,
  );
}
