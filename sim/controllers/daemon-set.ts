import type { KubeObject, ObjectStore } from '../world.ts';
import { deleteObject } from './deletion.ts';
import { ownedBy, podFrom, randomSuffix, setStatus, templateHash } from './owned.ts';
import { podsOf } from './percent.ts';
import { isActive, isReady, podView, workloadView } from './views.ts';

const revisionKey = 'controller-revision-hash';

/** One pod on every node; a rolling update replaces `maxUnavailable` of them at a time. */
export function reconcileDaemonSet(store: ObjectStore, namespace: string, name: string): undefined {
  const set = store.get('daemonsets', namespace, name);
  if (set === undefined) return;
  const { spec } = workloadView.parse(set);
  const revision = templateHash(spec.template);
  const nodes = store.list('nodes').map(({ metadata }) => metadata.name);
  const pods = (): readonly KubeObject[] => ownedBy(store, 'pods', set);
  const nodeOf = (pod: KubeObject): string => podView.parse(pod).spec.nodeName ?? '';
  const isCurrent = ({ metadata }: KubeObject): boolean => metadata.labels?.[revisionKey] === revision;

  for (const node of nodes) {
    // The successor waits until the old pod of its node is gone: maxSurge is 0.
    if (pods().some((pod) => nodeOf(pod) === node)) continue;
    const labels = { [revisionKey]: revision };
    const pod = { name: `${name}-${randomSuffix()}`, labels, spec: { nodeName: node } };
    store.create('pods', podFrom(set, spec.template, pod));
  }
  for (const pod of pods().filter((each) => !nodes.includes(nodeOf(each)))) deleteObject(store, 'pods', pod);

  const live = pods().filter(isActive);
  if (spec.updateStrategy.type !== 'OnDelete') {
    const { maxUnavailable = 1 } = spec.updateStrategy.rollingUpdate ?? {};
    const allowed = Math.max(1, podsOf(maxUnavailable, nodes.length, 'up'));
    const old = live.filter((pod) => !isCurrent(pod));
    const serving = live.filter(isReady).length;
    const broken = old.filter((pod) => !isReady(pod));
    const spare = Math.max(0, allowed - (nodes.length - serving));
    for (const pod of [...broken, ...old.filter(isReady).slice(0, spare)]) deleteObject(store, 'pods', pod);
  }

  const left = pods().filter(isActive);
  const ready = left.filter(isReady).length;
  setStatus(store, 'daemonsets', set, {
    ...{ desiredNumberScheduled: nodes.length, currentNumberScheduled: left.length, numberMisscheduled: 0 },
    ...{ updatedNumberScheduled: left.filter(isCurrent).length, numberReady: ready, numberAvailable: ready },
    ...(nodes.length > ready ? { numberUnavailable: nodes.length - ready } : {}),
  });
}
