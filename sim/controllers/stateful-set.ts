import type { KubeObject, ObjectStore } from '../world.ts';
import { deleteObject } from './deletion.ts';
import { ownedBy, podFrom, setStatus, templateHash } from './owned.ts';
import { isActive, isReady, workloadView } from './views.ts';

const revisionKey = 'controller-revision-hash';

/** Pods `-0`, `-1`, … in order: each waits for the one before it; updates go from the last to the first. */
export function reconcileStatefulSet(store: ObjectStore, namespace: string, name: string): undefined {
  const set = store.get('statefulsets', namespace, name);
  if (set === undefined) return;
  const { spec, status } = workloadView.parse(set);
  const updateRevision = `${name}-${templateHash(spec.template)}`;
  const pods = (): readonly KubeObject[] => ownedBy(store, 'pods', set);
  const podAt = (ordinal: number): KubeObject | undefined =>
    pods().find(({ metadata }) => metadata.name === `${name}-${String(ordinal)}`);

  const settled = fill();
  if (settled) update();
  report();

  /** Makes missing pods and removes surplus ones. True when all pods are there, ready and none is ending. */
  function fill(): boolean {
    const ordered = spec.podManagementPolicy !== 'Parallel';
    for (let ordinal = 0; ordinal < spec.replicas; ordinal += 1) {
      const pod = podAt(ordinal);
      if (pod === undefined) create(ordinal);
      else if (!isActive(pod) && pod.metadata.deletionTimestamp === undefined)
        deleteObject(store, 'pods', pod);
      const serving = pod !== undefined && isActive(pod) && isReady(pod);
      if (ordered && !serving) return stuckOnOld(pod);
    }
    const surplus = pods()
      .filter((pod) => ordinalOf(pod) >= spec.replicas)
      .sort((a, b) => ordinalOf(b) - ordinalOf(a));
    for (const pod of ordered ? surplus.slice(0, 1) : surplus) deleteObject(store, 'pods', pod);
    return surplus.length === 0 && pods().every(isActive);
  }

  // A pod of an old revision that will never be ready does not keep its mend out: it is replaced first.
  function stuckOnOld(pod: KubeObject | undefined): boolean {
    return pod !== undefined && isActive(pod) && revisionOf(pod) !== updateRevision && pods().every(isActive);
  }

  function create(ordinal: number): void {
    const podName = `${name}-${String(ordinal)}`;
    const labels = {
      [revisionKey]: updateRevision,
      'statefulset.kubernetes.io/pod-name': podName,
      'apps.kubernetes.io/pod-index': String(ordinal),
    };
    if (set !== undefined) store.create('pods', podFrom(set, spec.template, { name: podName, labels }));
  }

  function update(): void {
    if (spec.updateStrategy.type === 'OnDelete') return;
    const { partition = 0 } = spec.updateStrategy.rollingUpdate ?? {};
    for (let ordinal = spec.replicas - 1; ordinal >= partition; ordinal -= 1) {
      const pod = podAt(ordinal);
      if (pod === undefined) continue;
      if (revisionOf(pod) !== updateRevision) return void deleteObject(store, 'pods', pod);
      if (!isReady(pod)) return;
    }
  }

  function report(): void {
    const live = pods().filter(isActive);
    const updated = live.filter((pod) => revisionOf(pod) === updateRevision);
    const ready = live.filter(isReady).length;
    const complete =
      updated.length === spec.replicas && live.length === spec.replicas && ready === spec.replicas;
    const currentRevision = complete ? updateRevision : (status.currentRevision ?? updateRevision);
    if (set === undefined) return;
    setStatus(store, 'statefulsets', set, {
      ...{ replicas: live.length, readyReplicas: ready, availableReplicas: ready },
      ...{ currentRevision, updateRevision, updatedReplicas: updated.length, collisionCount: 0 },
      currentReplicas: live.filter((pod) => revisionOf(pod) === currentRevision).length,
    });
  }
}

function revisionOf({ metadata }: KubeObject): string | undefined {
  return metadata.labels?.[revisionKey];
}

function ordinalOf({ metadata: { name } }: KubeObject): number {
  return Number(name.slice(name.lastIndexOf('-') + 1));
}
