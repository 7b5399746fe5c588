import type { KubeObject, ObjectStore } from '../world.ts';
import { deleteObject } from './deletion.ts';
import { quotaRefusal } from './quota.ts';
import { ownedBy, podFrom, randomSuffix, setStatus, withInstants, type Condition } from './owned.ts';
import { isActive, isReady, workloadView } from './views.ts';

/** Keeps as many pods as the ReplicaSet wants; those that are not ready go first. */
export function reconcileReplicaSet(store: ObjectStore, namespace: string, name: string): undefined {
  const set = store.get('replicasets', namespace, name);
  if (set === undefined) return;
  const { replicas, template } = workloadView.parse(set).spec;
  const pods = activePods(store, set);
  let refused: string | undefined;
  for (let missing = replicas - pods.length; missing > 0 && refused === undefined; missing -= 1) {
    const pod = `${name}-${randomSuffix()}`;
    refused = quotaRefusal(store, namespace, pod);
    if (refused === undefined) store.create('pods', podFrom(set, template, { name: pod }));
  }
  const leastWanted = [...pods.filter((pod) => !isReady(pod)), ...pods.filter(isReady).reverse()];
  for (const pod of leastWanted.slice(0, Math.max(0, pods.length - replicas)))
    deleteObject(store, 'pods', pod);
  const left = activePods(store, set);
  const ready = left.filter(isReady).length;
  setStatus(store, 'replicasets', set, {
    ...{ replicas: left.length, fullyLabeledReplicas: left.length },
    ...{ readyReplicas: ready, availableReplicas: ready },
    ...(refused === undefined ? {} : { conditions: withInstants([failure(refused)], []) }),
  });
}

function failure(message: string): Condition {
  return { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message };
}

function activePods(store: ObjectStore, set: KubeObject): readonly KubeObject[] {
  return ownedBy(store, 'pods', set).filter(isActive);
}
