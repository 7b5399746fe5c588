import { CoreV1Api } from '@kubernetes/client-node';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { z } from 'zod';
import type { AccessRequest } from '../../../sim/api/access.ts';
import { judgeByRbac } from '../../../sim/api/rbac.ts';
import { Store } from '../../../sim/api/store.ts';
import { servedCluster, type ServedCluster } from '../../support/served-cluster.ts';
import { template } from '../../support/template.ts';

const apiVersion = 'rbac.authorization.k8s.io/v1';
const apiGroup = 'rbac.authorization.k8s.io';

const request: AccessRequest = {
  ...{ verb: 'list', group: '', resource: 'pods', subresource: undefined },
  ...{ namespace: 'shop', name: undefined, user: 'jane', groups: ['readers'] },
};

let store: Store;
beforeEach(() => {
  store = new Store();
});

/** Gives jane's group, or who is named, a role of these rules; in `shop` unless it is for the whole cluster. */
function grant(
  to: Store,
  kind: 'Role' | 'ClusterRole',
  rule: object,
  {
    bound = 'shop',
    subject = { kind: 'Group', name: 'readers' },
  }: { readonly bound?: string; readonly subject?: object } = {},
): void {
  const rules = [{ apiGroups: [''], resources: ['pods'], verbs: ['list'], ...rule }];
  const namespaced = kind === 'Role' ? { namespace: 'shop' } : {};
  to.create(`${kind.toLowerCase()}s`, { apiVersion, kind, metadata: { name: 'r', ...namespaced }, rules });
  bind(to, kind, bound, subject);
}

function bind(to: Store, kind: string, bound: string, subject: object): void {
  const everywhere = bound === '';
  to.create(everywhere ? 'clusterrolebindings' : 'rolebindings', {
    ...{ apiVersion, kind: everywhere ? 'ClusterRoleBinding' : 'RoleBinding' },
    metadata: { name: 'b', ...(everywhere ? {} : { namespace: bound }) },
    roleRef: { apiGroup, kind, name: 'r' },
    subjects: [subject],
  });
}

describe('RBAC', () => {
  test('allows nothing that no rule allows, and everything to system:masters', () => {
    expect(judgeByRbac(store, request)).toEqual({ allowed: false, reason: '' });
    expect(judgeByRbac(store, { ...request, groups: ['system:masters'] })).toEqual({ allowed: true });
  });

  test.each<[string, 'Role' | 'ClusterRole', object, Partial<AccessRequest>, boolean]>([
    ['a Role in its namespace', 'Role', {}, {}, true],
    ['a Role in another one', 'Role', {}, { namespace: 'other' }, false],
    ['a Role for all namespaces', 'Role', {}, { namespace: undefined }, false],
    ['another verb', 'Role', {}, { verb: 'get' }, false],
    ['any verb', 'Role', { verbs: ['*'] }, { verb: 'get' }, true],
    ['another group', 'Role', {}, { group: 'apps' }, false],
    ['a subresource by its resource', 'Role', {}, { subresource: 'log' }, false],
    ['a subresource', 'Role', { resources: ['pods/log'] }, { subresource: 'log' }, true],
    ['a resource by a subresource', 'Role', { resources: ['pods/log'] }, {}, false],
    ['a subresource of any', 'Role', { resources: ['*/log'] }, { subresource: 'log' }, true],
    ['an object by its name', 'Role', { resourceNames: ['a'] }, { name: 'a' }, true],
    ['an object of another name', 'Role', { resourceNames: ['a'] }, { name: 'b' }, false],
    ['a list by names', 'Role', { resourceNames: ['a'] }, {}, false],
    ['a ClusterRole where it is bound', 'ClusterRole', {}, {}, true],
    ['a ClusterRole elsewhere', 'ClusterRole', {}, { namespace: 'other' }, false],
  ])('judges %s', (_, kind, rule, asked, allowed) => {
    grant(store, kind, rule);
    expect(judgeByRbac(store, { ...request, ...asked }).allowed).toBe(allowed);
  });

  test.each<[Partial<AccessRequest>]>([[{}], [{ namespace: 'other' }], [{ namespace: undefined }]])(
    'allows by a ClusterRoleBinding everywhere: %j',
    (asked) => {
      grant(store, 'ClusterRole', {}, { bound: '' });
      expect(judgeByRbac(store, { ...request, ...asked }).allowed).toBe(true);
    },
  );

  test('knows a ServiceAccount by its name and namespace', () => {
    grant(store, 'Role', {}, { subject: { kind: 'ServiceAccount', name: 'jane', namespace: 'web' } });
    const asked = (user: string) => judgeByRbac(store, { ...request, user, groups: [] }).allowed;
    expect(['jane', 'system:serviceaccount:shop:jane', 'system:serviceaccount:web:jane'].map(asked)).toEqual([
      false,
      false,
      true,
    ]);
  });

  test('says which role a binding misses', () => {
    bind(store, 'Role', 'shop', { kind: 'User', name: 'jane' });
    expect(judgeByRbac(store, request)).toEqual({
      allowed: false,
      reason: 'RBAC: role.rbac.authorization.k8s.io "r" not found',
    });
  });
});

describe('an API server', () => {
  let lab: ServedCluster;
  let login: string;
  const names = ['portforward', 'exec'] as const;
  beforeAll(async () => {
    lab = await servedCluster();
    login = lab.cluster.tokens.addUser('jane', ['readers']);
    lab.cluster.store.create('pods', {
      ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: 'shop' } },
      spec: template('web').spec,
    });
  });
  afterAll(() => lab.close());

  test('takes the name that a field selector leaves for the name that is asked for', async () => {
    const rule = { resources: ['configmaps'], resourceNames: ['roots'] };
    grant(lab.cluster.store, 'ClusterRole', rule, { bound: '' });
    const core = lab.config(login).makeApiClient(CoreV1Api);
    const fieldSelector = 'metadata.name=roots';
    await expect(core.listConfigMapForAllNamespaces({ fieldSelector })).resolves.toMatchObject({ items: [] });
    await expect(core.listConfigMapForAllNamespaces()).rejects.toMatchObject({ code: 403 });
  });

  test.each(names)('asks for get and for create where %s is a WebSocket', async (subresource) => {
    const refused = async () => {
      const url = `${lab.served.urlOf('east')}/api/v1/namespaces/shop/pods/web/${subresource}`;
      const headers = { authorization: `Bearer ${login}` };
      const socket = new WebSocket(url, { headers, rejectUnauthorized: false });
      const { promise, resolve } = Promise.withResolvers<string>();
      socket.on('unexpected-response', (_request, response) => {
        response.setEncoding('utf8').on('data', resolve);
      });
      return z.object({ message: z.string() }).parse(JSON.parse(await promise)).message;
    };
    expect(await refused()).toBe(
      `pods "web" is forbidden: User "jane" cannot get resource "pods/${subresource}" in API group "" in the namespace "shop"`,
    );
    const rules = [{ apiGroups: [''], resources: [`pods/${subresource}`], verbs: ['get'] }];
    const metadata = { name: subresource, namespace: 'shop' };
    lab.cluster.store.create('roles', { apiVersion, kind: 'Role', metadata, rules });
    lab.cluster.store.create('rolebindings', {
      ...{ apiVersion, kind: 'RoleBinding', metadata },
      roleRef: { apiGroup, kind: 'Role', name: subresource },
      subjects: [{ kind: 'User', name: 'jane' }],
    });
    expect(await refused()).toBe('pods "web" is forbidden: ');
  });
});
