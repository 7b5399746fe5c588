import { isDeepStrictEqual } from 'node:util';
import { fieldsOf } from '../api/fields.ts';
import type { KubeObject, ObjectStore } from '../world.ts';
import { deploymentStatus, timeToDeadline } from './deployment-status.ts';
import { deleteObject } from './deletion.ts';
import { ownedBy, ownerReference, setStatus, templateHash } from './owned.ts';
import { podsOf } from './percent.ts';
import { workloadView } from './views.ts';

const revisionKey = 'deployment.kubernetes.io/revision';
const hashKey = 'pod-template-hash';

/** One step of a rollout; the next follows when the ReplicaSets report. */
export function reconcileDeployment(store: ObjectStore, namespace: string, name: string): number | undefined {
  const deployment = store.get('deployments', namespace, name);
  if (deployment === undefined) return undefined;
  const { spec } = workloadView.parse(deployment);
  const sets = (): readonly KubeObject[] => ownedBy(store, 'replicasets', deployment);
  const newSet = currentSet(store, deployment, sets());
  let waitsForOldPods = false;
  if (newSet !== undefined) {
    if (spec.strategy.type === 'Recreate') waitsForOldPods = !recreate(store, spec.replicas, newSet, sets());
    else roll(store, spec, newSet, sets());
    forgetOldSets(store, sets(), newSet, spec.revisionHistoryLimit);
  }
  const status = deploymentStatus(deployment, sets(), newSet?.metadata.uid);
  setStatus(store, 'deployments', deployment, status);
  // The end of a terminating pod wakes its ReplicaSet only.
  return waitsForOldPods ? 20 : timeToDeadline(spec.progressDeadlineSeconds, status);
}

/** The ReplicaSet of the present template; made where there is none and the Deployment is not paused. */
function currentSet(
  store: ObjectStore,
  deployment: KubeObject,
  sets: readonly KubeObject[],
): KubeObject | undefined {
  const { selector, template, paused } = workloadView.parse(deployment).spec;
  const hash = templateHash(template);
  const labels = { ...template.metadata.labels, [hashKey]: hash };
  const found = sets.find(({ metadata }) => metadata.labels?.[hashKey] === hash);
  if (found === undefined && paused) return undefined;
  const newest = Math.max(0, ...sets.map(revisionOf));
  const set =
    found ??
    store.create('replicasets', {
      ...{ apiVersion: 'apps/v1', kind: 'ReplicaSet' },
      metadata: {
        ...{ name: `${deployment.metadata.name}-${hash}`, namespace: deployment.metadata.namespace ?? '' },
        ...{ labels, ownerReferences: [ownerReference(deployment)] },
      },
      spec: {
        replicas: 0,
        selector: { ...selector, matchLabels: { ...selector.matchLabels, [hashKey]: hash } },
        template: { ...template, metadata: { ...template.metadata, labels } },
      },
    });
  // A rollback makes an old template the newest revision again.
  const revision = revisionOf(set) === newest && newest > 0 ? newest : newest + 1;
  annotate(store, 'replicasets', set, String(revision));
  annotate(store, 'deployments', deployment, String(revision));
  return set;
}

type Spec = ReturnType<typeof workloadView.parse>['spec'];

function roll(store: ObjectStore, spec: Spec, newSet: KubeObject, sets: readonly KubeObject[]): void {
  const { maxSurge = '25%', maxUnavailable = '25%' } = spec.strategy.rollingUpdate ?? {};
  const surge = podsOf(maxSurge, spec.replicas, 'up');
  // Both may not be zero: nothing could ever move.
  const unavailable = Math.max(podsOf(maxUnavailable, spec.replicas, 'down'), surge === 0 ? 1 : 0);
  const oldSets = sets.filter(({ metadata }) => metadata.uid !== newSet.metadata.uid);
  const wanted = (each: readonly KubeObject[]): number =>
    sum(each, (set) => workloadView.parse(set).spec.replicas);
  const available = (each: readonly KubeObject[]): number =>
    sum(each, (set) => workloadView.parse(set).status.availableReplicas);

  const newWanted = wanted([newSet]);
  const room = spec.replicas + (oldSets.length === 0 ? 0 : surge) - wanted(sets);
  const grown = Math.max(0, Math.min(spec.replicas, newWanted + Math.max(0, room)));
  scale(store, newSet, grown);

  const newUnavailable = grown - available([newSet]);
  const total = wanted(oldSets) + grown;
  let removable = total - (spec.replicas - unavailable) - newUnavailable;
  // Old pods that do not serve anyway go first; then as many serving ones as may be missing.
  for (const set of oldSets) {
    const view = workloadView.parse(set);
    const broken = Math.min(view.spec.replicas - view.status.availableReplicas, Math.max(0, removable));
    if (broken <= 0) continue;
    removable -= broken;
    scale(store, set, view.spec.replicas - broken);
  }
  let surplus = available(sets) - (spec.replicas - unavailable);
  for (const { metadata } of oldSets) {
    const set = store.get('replicasets', metadata.namespace, metadata.name);
    if (set === undefined) continue;
    const { replicas } = workloadView.parse(set).spec;
    const cut = Math.min(replicas, Math.max(0, surplus), Math.max(0, removable));
    surplus -= cut;
    removable -= cut;
    scale(store, set, replicas - cut);
  }
}

function recreate(
  store: ObjectStore,
  replicas: number,
  newSet: KubeObject,
  sets: readonly KubeObject[],
): boolean {
  const oldSets = sets.filter(({ metadata }) => metadata.uid !== newSet.metadata.uid);
  for (const set of oldSets) scale(store, set, 0);
  // Terminating pods count: Recreate starts nothing before the last old pod is gone.
  const gone = oldSets.every((set) => ownedBy(store, 'pods', set).length === 0);
  if (gone) scale(store, newSet, replicas);
  return gone;
}

function scale(store: ObjectStore, { metadata: { namespace, name } }: KubeObject, replicas: number): void {
  store.change('replicasets', namespace, name, (set) => ({
    ...set,
    spec: { ...fieldsOf(set['spec']), replicas },
  }));
}

function forgetOldSets(
  store: ObjectStore,
  sets: readonly KubeObject[],
  newSet: KubeObject,
  keep: number,
): void {
  const idle = sets.filter((set) => {
    const { spec, status } = workloadView.parse(set);
    return set.metadata.uid !== newSet.metadata.uid && spec.replicas === 0 && status.replicas === 0;
  });
  for (const set of idle.slice(0, Math.max(0, idle.length - keep))) deleteObject(store, 'replicasets', set);
}

function revisionOf({ metadata }: KubeObject): number {
  return Number(metadata.annotations?.[revisionKey] ?? 0);
}

function annotate(
  store: ObjectStore,
  resource: string,
  { metadata: { namespace, name } }: KubeObject,
  revision: string,
): void {
  store.change(resource, namespace, name, (object) => {
    const annotations = { ...object.metadata.annotations, [revisionKey]: revision };
    if (isDeepStrictEqual(annotations, object.metadata.annotations)) return object;
    return { ...object, metadata: { ...object.metadata, annotations } };
  });
}

function sum<T>(each: readonly T[], of: (one: T) => number): number {
  return each.reduce((total, one) => total + of(one), 0);
}
