import { AppsV1Api, AuthorizationV1Api, CoreV1Api, CustomObjectsApi } from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { servedCluster, type ServedCluster } from '../../support/served-cluster.ts';

let lab: ServedCluster;
let core: CoreV1Api;

beforeAll(async () => {
  lab = await servedCluster();
  core = lab.config().makeApiClient(CoreV1Api);
});

afterAll(() => lab.close());

const apiException = z.object({
  code: z.number(),
  body: z.string(),
  headers: z.record(z.string(), z.string()),
});

/** The code, Status and headers of the error that a call ends with. */
async function refusal(call: Promise<unknown>) {
  const error = apiException.parse(
    await call.then(
      () => ({}),
      (thrown: unknown) => thrown,
    ),
  );
  const status = z.looseObject({ kind: z.literal('Status'), reason: z.string(), message: z.string() });
  return { ...status.parse(JSON.parse(error.body)), code: error.code, headers: error.headers };
}

test('a missing object is NotFound, named with its kind', async () => {
  const status = await refusal(core.readNamespacedSecret({ namespace: 'shop', name: 'cacerts' }));
  expect(status).toMatchObject({
    ...{ code: 404, reason: 'NotFound', message: 'secrets "cacerts" not found' },
    details: { name: 'cacerts', kind: 'secrets' },
  });
});

test('an object in a namespace that is not there is refused', async () => {
  const body = { metadata: { name: 'one' } };
  const status = await refusal(core.createNamespacedConfigMap({ namespace: 'nowhere', body }));
  expect(status).toMatchObject({ code: 404, message: 'namespaces "nowhere" not found' });
});

test('a custom resource that no one has installed is a 404', async () => {
  const custom = lab.config().makeApiClient(CustomObjectsApi);
  const of = { group: 'istio.io', version: 'v1', namespace: 'shop', plural: 'meshes' };
  await expect(refusal(custom.listNamespacedCustomObject(of))).resolves.toMatchObject({ code: 404 });
});

test.each(['', 'unknown', 'a.b.c'])('the token "%s" is Unauthorized', async (token) => {
  const call = lab.config(token).makeApiClient(CoreV1Api).listNamespace();
  // The client drops the body of a 401.
  await expect(call).rejects.toMatchObject({ code: 401 });
});

test('a ServiceAccount token works until it has expired', async () => {
  const mint = (expirationSeconds: number) =>
    lab.cluster.tokens.mint({ namespace: 'shop', serviceAccount: 'default', expirationSeconds }).token;
  await expect(lab.config(mint(60)).makeApiClient(CoreV1Api).listNamespace()).resolves.toBeDefined();
  const late = lab.config(mint(-1)).makeApiClient(CoreV1Api).listNamespace();
  await expect(late).rejects.toMatchObject({ code: 401 });
});

test('a rule refuses with Forbidden, and a SelfSubjectAccessReview says the same', async () => {
  const allowAgain = lab.cluster.access.deny(
    ({ verb, resource }) => verb === 'patch' && resource === 'deployments',
  );
  const apps = lab.config().makeApiClient(AppsV1Api);
  const status = await refusal(apps.patchNamespacedDeployment({ namespace: 'shop', name: 'web', body: [] }));
  expect(status).toMatchObject({ code: 403, reason: 'Forbidden' });
  expect(status.message).toBe(
    'deployments.apps "web" is forbidden: User "tester" cannot patch resource "deployments" in API group "apps" in the namespace "shop"',
  );
  const authorization = lab.config().makeApiClient(AuthorizationV1Api);
  const resourceAttributes = { verb: 'patch', group: 'apps', resource: 'deployments', namespace: 'shop' };
  const ask = () => authorization.createSelfSubjectAccessReview({ body: { spec: { resourceAttributes } } });
  expect((await ask()).status?.allowed).toBe(false);
  allowAgain();
  expect((await ask()).status?.allowed).toBe(true);
});

test('what exists cannot be created, and what has changed cannot be replaced', async () => {
  const body = { metadata: { name: 'shared' }, data: { a: '1' } };
  const first = await core.createNamespacedConfigMap({ namespace: 'shop', body });
  await expect(refusal(core.createNamespacedConfigMap({ namespace: 'shop', body }))).resolves.toMatchObject({
    ...{ code: 409, reason: 'AlreadyExists', message: 'configmaps "shared" already exists' },
  });
  const other = Object.assign(structuredClone(first), { data: { a: '2' } });
  await core.replaceNamespacedConfigMap({ namespace: 'shop', name: 'shared', body: other });
  const late = core.replaceNamespacedConfigMap({
    namespace: 'shop',
    name: 'shared',
    body: first,
  });
  await expect(refusal(late)).resolves.toMatchObject({ code: 409, reason: 'Conflict' });
});

test('a fault answers 429 with Retry-After as often as it was told to, and no more', async () => {
  lab.cluster.faults.set({
    matches: ({ resource }) => resource === 'nodes',
    status: 429,
    retryAfter: 7,
    times: 1,
  });
  const status = await refusal(core.listNode());
  expect(status).toMatchObject({ code: 429, reason: 'TooManyRequests' });
  expect(status.headers['retry-after']).toBe('7');
  await expect(core.listNode()).resolves.toBeDefined();
});

test('a fault cuts the connection', async () => {
  lab.cluster.faults.set({ matches: ({ resource }) => resource === 'nodes', cut: true, times: 1 });
  await expect(core.listNode()).rejects.toThrow();
  await expect(core.listNode()).resolves.toBeDefined();
});

test('a client works again after the server was away', async () => {
  await lab.served.restart();
  await expect(core.listNode()).resolves.toMatchObject({ items: [{}, {}] });
});
