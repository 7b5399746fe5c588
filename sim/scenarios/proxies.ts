import { fieldsOf } from '../api/fields.ts';
import type { KubeObject } from '../world.ts';
import type { Scenario } from './scenario.ts';

export const proxySilent: Scenario = {
  name: 'proxy-silent',
  title: 'A proxy never answers',
  on: 'renewing',
  rotation: 'intermediate',
  everyPhase: true,
  strikes: [
    { phase: 'activate', outcome: { is: 'rides out', sees: 'which cannot be read, to be proven by time' } },
  ],
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

export const podCrashing: Scenario = {
  name: 'pod-crashing',
  title: 'The pods of a workload crash-loop',
  on: 'renewing',
  rotation: 'intermediate',
  everyPhase: true,
  strikes: [
    { phase: 'activate', outcome: { is: 'rides out', sees: 'which cannot be read, to be proven by time' } },
  ],
  todo: 'nothing for the rotation, if there is time: what a pod held before it crashed counts as gone once every leaf from before must have expired; to wait no longer, mend it or scale it down',
  set: ({ cluster: { mesh } }) => mesh.proxyFaults.crash((pod) => pod.startsWith('payments/ledger-')),
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
