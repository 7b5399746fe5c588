import { fieldsOf } from '../api/fields.ts';
import type { KubeObject } from '../world.ts';
import type { ReadyProxy } from '../mesh-programs.ts';
import type { WorkloadIdentity } from '../proxies/identity.ts';
import { breakApi } from './api.ts';
import { counted } from './broken.ts';
import { inEveryPhase } from './phases.ts';
import type { Scenario } from './scenario.ts';

export const proxySilent: Scenario = {
  name: 'proxy-silent',
  title: 'A proxy never answers',
  on: 'renewing',
  rotation: 'root',
  strikes: inEveryPhase({ is: 'rides out', sees: 'which cannot be read, to be proven by time' }),
  todo: 'nothing, if there is time: it counts as converged once every leaf from before must have expired',
  set: ({ cluster }) => {
    const [silent] = cluster.mesh.proxies().map(({ pod }) => pod.split('/')[1]);
    return breakApi(cluster, {
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
  rotation: 'root',
  strikes: inEveryPhase({ is: 'rides out', sees: 'which cannot be read, to be proven by time' }),
  todo: 'nothing for the rotation, if there is time: what a pod held before it crashed counts as gone once every leaf from before must have expired; to wait no longer, mend it or scale it down',
  set: ({ cluster: { mesh } }) => {
    const { onStrike, met } = counted();
    return { mend: mesh.proxyFaults.crash((pod) => pod.startsWith('payments/ledger-'), onStrike), met };
  },
};

export const longLeaves: Scenario = {
  name: 'long-leaves',
  title: 'A workload asks for leaves that live twice as long (48 h)',
  on: 'renewing',
  rotation: 'root',
  before: true,
  leafTtl: 40_000,
  strikes: inEveryPhase({ is: 'rides out', sees: 'to renew' }),
  todo: 'nothing, if there is time: the wait is as long as the longest leaf needs, and says until when',
  set: ({ cluster: { mesh, profile } }) => {
    const { leafTtl } = profile.settings;
    const ttl = `${2 * Math.round(leafTtl / 1000)}s`;
    mesh.cluster.store.change('deployments', 'payments', 'ledger', (object) => withTtl(object, ttl));
    const lives = ({ leaf, createdAt }: WorkloadIdentity) => leaf.notAfter.getTime() - createdAt.getTime();
    const isLong = ({ proxy: { identity } }: ReadyProxy) =>
      identity !== undefined && lives(identity) > 1.5 * leafTtl;
    return { mend: () => undefined, met: () => mesh.proxies().filter(isLong).length };
  },
};

function withTtl(deployment: KubeObject, ttl: string): KubeObject {
  const spec = fieldsOf(deployment['spec']);
  const text = JSON.stringify(spec['template']);
  const changed = text.replace(/("SECRET_TTL","value":)"[^"]*"/, `$1"${ttl}"`);
  return { ...deployment, spec: { ...spec, template: JSON.parse(changed) as unknown } };
}
