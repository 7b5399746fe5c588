import { createCluster } from '../../../sim/api/cluster.ts';
import { serveClusters } from '../../../sim/api/serve.ts';
import type { DenyRule } from '../../../sim/api/access.ts';
import { FakeProgram, fakeProgramsOf } from '../../support/fake-program.ts';
import { quickSettings } from '../../support/served-cluster.ts';
import { localhostTls } from '../../support/tls.ts';
import type { Account, Grant, KubeWorld } from './world.ts';

/** A simulated cluster behind HTTPS. */
export async function openSimWorld(): Promise<KubeWorld> {
  const name = 'simulated';
  const settings = { ...quickSettings, cronJobEvery: 500 };
  const cluster = createCluster({ name, settings, programs: (pod) => new FakeProgram(pod) });
  cluster.start();
  const { ca: caPem, ...tls } = localhostTls();
  const served = await serveClusters([cluster], { tls });
  return {
    admin: { name, url: served.urlOf(name), caPem, token: cluster.tokens.addUser('admin') },
    restart: () => served.restart(100),
    forget: async () => {
      cluster.store.history.compact(0);
      await served.restart();
    },
    mint: ({ namespace, name: serviceAccount }, expirationSeconds) =>
      Promise.resolve(cluster.tokens.mint({ namespace, serviceAccount, expirationSeconds }).token),
    grant: (account, grants) => {
      cluster.access.deny(allBut(account, grants));
      return Promise.resolve();
    },
    program: fakeProgramsOf(cluster),
    close: async () => {
      await served.close();
      await cluster.stop();
    },
  };
}

/** What the roles of every cluster let everybody do. */
const everybody: readonly Grant[] = [
  { group: 'authorization.k8s.io', resource: 'selfsubjectaccessreviews', verbs: ['create'] },
];

function allBut({ namespace, name }: Account, grants: readonly Grant[]): DenyRule {
  return ({ user, verb, group, resource, subresource, ...o }) => {
    if (user !== `system:serviceaccount:${namespace}:${name}`) return false;
    const what = subresource === undefined ? resource : `${resource}/${subresource}`;
    const granted = o.namespace === namespace ? [...grants, ...everybody] : everybody;
    return !granted.some((one) => one.group === group && one.resource === what && one.verbs.includes(verb));
  };
}
