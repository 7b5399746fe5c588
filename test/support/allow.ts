import { account, type Rule } from '../../deploy/roles.ts';
import type { ObjectStore } from '../../sim/world.ts';

const apiGroup = 'rbac.authorization.k8s.io';
const apiVersion = `${apiGroup}/v1`;

/** Lets the login of a simulated fleet do in the whole cluster what its role does not have. */
export function allow(store: ObjectStore, name: string, rule: Rule): void {
  const metadata = { name };
  store.create('clusterroles', { apiVersion, kind: 'ClusterRole', metadata, rules: [rule] });
  store.create('clusterrolebindings', {
    ...{ apiVersion, kind: 'ClusterRoleBinding', metadata },
    roleRef: { apiGroup, kind: 'ClusterRole', name },
    subjects: [{ kind: 'ServiceAccount', ...account }],
  });
}
