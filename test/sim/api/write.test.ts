import { AppsV1Api, CoreV1Api, PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { servedCluster, template, type ServedCluster } from '../../support/served-cluster.ts';

let lab: ServedCluster;
let core: CoreV1Api;
let apps: AppsV1Api;

beforeAll(async () => {
  lab = await servedCluster();
  core = lab.config().makeApiClient(CoreV1Api);
  apps = lab.config().makeApiClient(AppsV1Api);
});

afterAll(() => lab.close());

const at = { namespace: 'shop', name: 'settings' };
const as = (type: string) => setHeaderOptions('Content-Type', type);

beforeEach(() => {
  lab.cluster.store.remove('configmaps', 'shop', 'settings');
  const metadata = { ...at, labels: { app: 'web' }, annotations: { note: 'old' } };
  lab.cluster.store.create('configmaps', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata,
    data: { a: '1', b: '2' },
  });
});

test('a merge patch sets, and null deletes', async () => {
  const body = { data: { a: null, c: '3' }, metadata: { annotations: { note: null, more: 'yes' } } };
  const map = await core.patchNamespacedConfigMap({ ...at, body }, as(PatchStrategy.MergePatch));
  expect(map.data).toEqual({ b: '2', c: '3' });
  expect(map.metadata?.annotations).toEqual({ more: 'yes' });
  expect(map.metadata?.labels).toEqual({ app: 'web' });
});

test('a JSON patch is applied as a whole or not at all', async () => {
  const add = { op: 'add', path: '/data/c', value: '3' };
  const body = [add, { op: 'test', path: '/data/a', value: 'other' }];
  await expect(core.patchNamespacedConfigMap({ ...at, body })).rejects.toMatchObject({ code: 422 });
  expect((await core.readNamespacedConfigMap(at)).data).toEqual({ a: '1', b: '2' });
  const escaped = { op: 'replace', path: '/metadata/annotations/note', value: 'new' };
  const map = await core.patchNamespacedConfigMap({ ...at, body: [add, escaped] });
  expect(map.data).toEqual({ a: '1', b: '2', c: '3' });
  expect(map.metadata?.annotations).toEqual({ note: 'new' });
});

test('a patch with the resourceVersion of an older state is a conflict', async () => {
  const { metadata } = await core.readNamespacedConfigMap(at);
  const body = { metadata: { resourceVersion: metadata?.resourceVersion }, data: { a: 'mine' } };
  await core.patchNamespacedConfigMap({ ...at, body }, as(PatchStrategy.MergePatch));
  const again = core.patchNamespacedConfigMap({ ...at, body }, as(PatchStrategy.MergePatch));
  await expect(again).rejects.toMatchObject({ code: 409 });
});

test('a patch that changes nothing leaves the resourceVersion', async () => {
  const before = await core.readNamespacedConfigMap(at);
  const after = await core.patchNamespacedConfigMap(
    { ...at, body: { data: { a: '1' } } },
    as(PatchStrategy.MergePatch),
  );
  expect(after.metadata?.resourceVersion).toBe(before.metadata?.resourceVersion);
});

test('an apply creates what is not there and needs its field manager', async () => {
  const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'applied' }, data: { x: '1' } };
  const of = { namespace: 'shop', name: 'applied', body };
  await expect(core.patchNamespacedConfigMap(of, as(PatchStrategy.ServerSideApply))).rejects.toMatchObject({
    code: 422,
  });
  const made = await core.patchNamespacedConfigMap(
    { ...of, fieldManager: 'meshturn' },
    as(PatchStrategy.ServerSideApply),
  );
  expect(made.data).toEqual({ x: '1' });
});

test('a strategic merge patch finds containers and variables by their names', async () => {
  const env = [
    { name: 'A', value: '1' },
    { name: 'B', value: '2' },
  ];
  const pod = {
    containers: [
      { name: 'main', image: 'serves', env },
      { name: 'side', image: 'serves' },
    ],
  };
  await apps.createNamespacedDeployment({
    namespace: 'shop',
    body: {
      metadata: { name: 'istiod' },
      spec: { selector: { matchLabels: { app: 'istiod' } }, template: template('istiod', 'serves', pod) },
    },
  });
  const change = [
    { name: 'B', value: '3' },
    { name: 'A', $patch: 'delete' },
    { name: 'C', value: '4' },
  ];
  const body = { spec: { template: { spec: { containers: [{ name: 'main', env: change }] } } } };
  const of = { namespace: 'shop', name: 'istiod' };
  const changed = await apps.patchNamespacedDeployment(
    { ...of, body },
    as(PatchStrategy.StrategicMergePatch),
  );
  expect(changed.metadata?.generation).toBe(2);
  const [main, side] = changed.spec?.template.spec?.containers ?? [];
  expect(main).toMatchObject({
    image: 'serves',
    env: [
      { name: 'B', value: '3' },
      { name: 'C', value: '4' },
    ],
  });
  expect(side?.name).toBe('side');
});

test('a status can be written on its own path only', async () => {
  const of = { namespace: 'shop', name: 'idle' };
  const spec = { replicas: 0, selector: { matchLabels: { app: 'idle' } }, template: template('idle') };
  const made = await apps.createNamespacedDeployment({
    namespace: 'shop',
    body: { metadata: { name: 'idle' }, spec },
  });
  expect(made.status?.replicas).toBeUndefined();
  const body = { status: { collisionCount: 7 } };
  const main = await apps.patchNamespacedDeployment({ ...of, body }, as(PatchStrategy.MergePatch));
  expect(main.status?.collisionCount).toBeUndefined();
  const own = await apps.patchNamespacedDeploymentStatus({ ...of, body }, as(PatchStrategy.MergePatch));
  expect(own.status?.collisionCount).toBe(7);
});

test('stringData of a Secret is served as data', async () => {
  const body = { metadata: { name: 'pair' }, stringData: { user: 'me' } };
  const secret = await core.createNamespacedSecret({ namespace: 'shop', body });
  expect(secret).toMatchObject({ type: 'Opaque', data: { user: Buffer.from('me').toString('base64') } });
  expect(secret.stringData).toBeUndefined();
});

test('a dry run stores nothing', async () => {
  const body = { data: { a: 'dry' } };
  const map = await core.patchNamespacedConfigMap(
    { ...at, body, dryRun: 'All' },
    as(PatchStrategy.MergePatch),
  );
  expect(map.data?.['a']).toBe('dry');
  expect((await core.readNamespacedConfigMap(at)).data?.['a']).toBe('1');
});

test('a delete with the uid of another object is a conflict', async () => {
  const wrong = core.deleteNamespacedConfigMap({ ...at, body: { preconditions: { uid: 'other' } } });
  await expect(wrong).rejects.toMatchObject({ code: 409 });
  await expect(core.deleteNamespacedConfigMap(at)).resolves.toMatchObject({ status: 'Success' });
});

test('a workload can be scaled on its own path', async () => {
  const of = { namespace: 'shop', name: 'idle' };
  const scale = await apps.readNamespacedDeploymentScale(of);
  expect(scale).toMatchObject({ kind: 'Scale', spec: { replicas: 0 }, status: { selector: 'app=idle' } });
  const body = { spec: { replicas: 1 } };
  const changed = await apps.patchNamespacedDeploymentScale({ ...of, body }, as(PatchStrategy.MergePatch));
  expect(changed.spec?.replicas).toBe(1);
  expect((await apps.readNamespacedDeployment(of)).spec?.replicas).toBe(1);
});

test('an object of another kind, or with values of another type, is refused', async () => {
  const wrongKind = { kind: 'Secret', metadata: { name: 'wrong' } };
  await expect(core.createNamespacedConfigMap({ namespace: 'shop', body: wrongKind })).rejects.toMatchObject({
    code: 400,
  });
  const body = { metadata: { name: 'wrong' }, data: { key: 'no base64!' } };
  await expect(core.createNamespacedSecret({ namespace: 'shop', body })).rejects.toMatchObject({ code: 422 });
});
