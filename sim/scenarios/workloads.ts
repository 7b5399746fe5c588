import { fieldsOf } from '../api/fields.ts';
import type { KubeObject } from '../world.ts';
import type { Scenario } from './scenario.ts';

export const rolloutQuota: Scenario = {
  name: 'rollout-quota',
  title: 'A rollout is stuck on a quota',
  on: 'live',
  rotation: 'intermediate',
  everyPhase: true,
  strikes: [{ phase: 'activate', outcome: { is: 'stops', code: 'ROLLOUT_STUCK' } }],
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
    return () => void store.remove('resourcequotas', namespace, name);
  },
};

export const rolloutBudget: Scenario = {
  name: 'rollout-budget',
  title: 'A PodDisruptionBudget lets no pod of a workload go',
  on: 'live',
  rotation: 'intermediate',
  everyPhase: true,
  strikes: [{ phase: 'activate', outcome: { is: 'rides out' } }],
  todo: 'nothing: a rollout evicts no pod, and its own maxUnavailable is what holds',
  set: ({ cluster: { mesh } }) => {
    const { store } = mesh.cluster;
    const [namespace, name] = ['payments', 'ledger'];
    store.create('poddisruptionbudgets', {
      ...{ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { namespace, name } },
      spec: { minAvailable: '100%', selector: { matchLabels: { app: name } } },
    });
    return () => void store.remove('poddisruptionbudgets', namespace, name);
  },
};

export const proxySilent: Scenario = {
  name: 'proxy-silent',
  title: 'A proxy never answers',
  on: 'renewing',
  rotation: 'intermediate',
  everyPhase: true,
  strikes: [{ phase: 'activate', outcome: { is: 'rides out', sees: 'by time' } }],
  todo: 'nothing, if there is time: it counts as converged once every leaf from before must have expired',
  set: ({ cluster: { mesh } }) => {
    const [silent] = mesh.proxies().map(({ pod }) => pod.split('/')[1]);
    return mesh.cluster.faults.set({
      matches: ({ name, subresource = '' }) =>
        name === silent && ['portforward', 'exec'].includes(subresource),
      status: 500,
    });
  },
};

export const longLeaves: Scenario = {
  name: 'long-leaves',
  title: 'A workload asks for leaves that live twice as long (48 h)',
  on: 'renewing',
  rotation: 'intermediate',
  everyPhase: true,
  before: true,
  strikes: [{ phase: 'activate', outcome: { is: 'rides out', sees: 'to renew' } }],
  todo: 'nothing, if there is time: the wait is as long as the longest leaf needs, and says until when',
  set: ({ cluster: { mesh, profile } }) => {
    const ttl = `${2 * Math.round(profile.settings.leafTtl / 1000)}s`;
    mesh.cluster.store.change('deployments', 'payments', 'ledger', (object) => withTtl(object, ttl));
    return () => undefined;
  },
};

function withTtl(deployment: KubeObject, ttl: string): KubeObject {
  const spec = fieldsOf(deployment['spec']);
  const text = JSON.stringify(spec['template']);
  const changed = text.replace(/("SECRET_TTL","value":)"[^"]*"/, `$1"${ttl}"`);
  return { ...deployment, spec: { ...spec, template: JSON.parse(changed) as unknown } };
}
