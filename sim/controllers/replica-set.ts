import { type KubeObject, type ObjectStore } from '../world.ts';
import { deleteObject } from './deletion.ts';
import { ownedBy, podFrom, randomSuffix, setStatus } from './owned.ts';
import { isActive, isReady, workloadView } from './views.ts';

/** Keeps as many pods as the ReplicaSet wants; those that are not ready go first. */
export function reconcileReplicaSet(store: ObjectStore, namespace: string, name: string): undefined {
  const set = store.get('replicasets', namespace, name);
  if (set === undefined) return;
  const { replicas, template } = workloadView.parse(set).spec;
  const pods = activePods(store, set);
  for (let missing = replicas - pods.length; missing > 0; missing -= 1) {
    store.create('pods', podFrom(set, template, { name: `${name}-${randomSuffix()}` }));
  }
  const leastWanted = [...pods.filter((pod) => !isReady(pod)), ...pods.filter(isReady).reverse()];
  for (const pod of leastWanted.slice(0, Math.max(0, pods.length - replicas)))
    deleteObject(store, 'pods', pod);
  const left = activePods(store, set);
  const ready = left.filter(isReady).length;
  setStatus(store, 'replicasets', set, {
    ...{ replicas: left.length, fullyLabeledReplicas: left.length },
    ...{ readyReplicas: ready, availableReplicas: ready },
  });
}

function activePods(store: ObjectStore, set: KubeObject): readonly KubeObject[] {
  return ownedBy(store, 'pods', set).filter(isActive);
}
