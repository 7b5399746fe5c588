import { workloadView } from '../controllers/views.ts';
import type { KubeObject } from '../world.ts';
import { counted } from './broken.ts';
import { inEveryPhase, stopsInEveryPhase } from './phases.ts';
import type { Scenario } from './scenario.ts';

export const rolloutQuota: Scenario = {
  name: 'rollout-quota',
  title: 'A rollout is stuck on a quota',
  on: 'live',
  rotation: 'root',
  strikes: stopsInEveryPhase('ROLLOUT_STUCK'),
  todo: 'raise the quota that is named, then `retry`',
  file: { limits: { rollout: '10s' } },
  set: ({ cluster: { mesh } }) => {
    const { store } = mesh.cluster;
    const [namespace, name] = ['payments', 'compute'];
    const pods = String(store.list('pods', namespace).length);
    store.create('resourcequotas', {
      ...{ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { namespace, name } },
      spec: { hard: { pods } },
    });
    const { onStrike, met } = counted();
    const unwatch = store.watch('replicasets', ({ object }) => {
      if (object.metadata.namespace === namespace && isRefused(object)) onStrike();
    });
    const mend = () => {
      unwatch();
      store.remove('resourcequotas', namespace, name);
    };
    return { mend, met };
  },
};

export const rolloutBudget: Scenario = {
  name: 'rollout-budget',
  title: 'A PodDisruptionBudget lets no pod of a workload go',
  on: 'live',
  rotation: 'root',
  strikes: inEveryPhase({ is: 'rides out' }),
  todo: 'nothing: a rollout evicts no pod, and its own maxUnavailable is what holds',
  set: ({ cluster: { mesh } }) => {
    const { store } = mesh.cluster;
    const [namespace, name] = ['payments', 'ledger'];
    store.create('poddisruptionbudgets', {
      ...{ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { namespace, name } },
      spec: { minAvailable: '100%', selector: { matchLabels: { app: name } } },
    });
    const { onStrike, met } = counted();
    const unwatch = store.watch('pods', ({ type, object }) => {
      if (type === 'DELETED' && object.metadata.name.startsWith(`${name}-`)) onStrike();
    });
    const mend = () => {
      unwatch();
      store.remove('poddisruptionbudgets', namespace, name);
    };
    return { mend, met };
  },
};

export const rolloutCrashing: Scenario = {
  name: 'rollout-crashing',
  title: 'The new pods of a restarted workload crash-loop',
  on: 'live',
  rotation: 'root',
  strikes: stopsInEveryPhase('ROLLOUT_STUCK'),
  todo: 'find out why in the log of the pod that is named (`kubectl logs --previous`), mend it, then `retry`; the old pods serve on meanwhile',
  file: { limits: { rollout: '10s' } },
  set: ({ cluster: { mesh } }) => {
    const old = new Set(mesh.proxies().map(({ pod }) => pod));
    const { onStrike, met } = counted();
    const isNew = (pod: string) => pod.startsWith('payments/ledger-') && !old.has(pod);
    return { mend: mesh.proxyFaults.crash(isNew, onStrike), met };
  },
};

/** True of a ReplicaSet that may not have a pod that it wants. */
function isRefused(replicaSet: KubeObject): boolean {
  return workloadView.parse(replicaSet).status.conditions.some(({ type }) => type === 'ReplicaFailure');
}
