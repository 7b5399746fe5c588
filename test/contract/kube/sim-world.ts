import { createCluster, type SimCluster } from '../../../sim/api/cluster.ts';
import { serveClusters } from '../../../sim/api/serve.ts';
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
    restart: () => served.restart(100, 100),
    forget: async () => {
      cluster.store.history.compact(0);
      await served.restart();
    },
    mint: ({ namespace, name: serviceAccount }, expirationSeconds) =>
      Promise.resolve(cluster.tokens.mint({ namespace, serviceAccount, expirationSeconds }).token),
    grant: (account, grants) => grant(cluster, account, grants),
    program: fakeProgramsOf(cluster),
    close: async () => {
      await served.close();
      await cluster.stop();
    },
  };
}

const apiGroup = 'rbac.authorization.k8s.io';

function grant({ store }: SimCluster, { namespace, name }: Account, grants: readonly Grant[]): Promise<void> {
  const rules = grants.map(({ group, resource, verbs }) => ({
    ...{ apiGroups: [group], resources: [resource], verbs },
  }));
  const of = { apiVersion: `${apiGroup}/v1`, metadata: { namespace, name } };
  store.create('roles', { ...of, kind: 'Role', rules });
  store.create('rolebindings', {
    ...{ ...of, kind: 'RoleBinding', roleRef: { apiGroup, kind: 'Role', name } },
    subjects: [{ kind: 'ServiceAccount', namespace, name }],
  });
  return Promise.resolve();
}
