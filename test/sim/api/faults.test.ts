import { ApiException, CoreV1Api, Watch } from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { servedCluster, type ServedCluster } from '../../support/served-cluster.ts';
import { eventually } from '../../support/eventually.ts';

let lab: ServedCluster;
let core: CoreV1Api;

beforeAll(async () => {
  lab = await servedCluster();
  core = lab.config().makeApiClient(CoreV1Api);
});

afterAll(() => lab.close());

const ofNodes = ({ resource }: { readonly resource: string }) => resource === 'nodes';

test('a fault answers 429 with Retry-After as often as it was told to, and no more', async () => {
  lab.cluster.faults.set({ matches: ofNodes, status: 429, retryAfter: 7, times: 1 });
  const error: unknown = await core.listNode().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ApiException);
  expect(error).toMatchObject({
    ...{ code: 429, headers: { 'retry-after': '7' } },
    body: expect.stringContaining('"reason":"TooManyRequests"') as string,
  });
  await expect(core.listNode()).resolves.toBeDefined();
});

test('a fault cuts the connection', async () => {
  lab.cluster.faults.set({ matches: ofNodes, cut: true, times: 1 });
  await expect(core.listNode()).rejects.toThrow();
  await expect(core.listNode()).resolves.toBeDefined();
});

test('a fault cuts a watch that has begun', async () => {
  lab.cluster.faults.set({ matches: ({ verb }) => verb === 'watch', cutAfter: 100, times: 1 });
  const seen: string[] = [];
  let ended = false;
  const end = () => (ended = true);
  await new Watch(lab.config()).watch('/api/v1/nodes', {}, (type) => seen.push(type), end);
  await eventually(() => expect(ended).toBe(true));
  expect(seen).toEqual(['ADDED', 'ADDED']);
});

test('a rule refuses until it is taken back', async () => {
  const allowAgain = lab.cluster.access.deny(({ verb, resource }) => verb === 'list' && resource === 'nodes');
  await expect(core.listNode()).rejects.toMatchObject({ code: 403 });
  allowAgain();
  await expect(core.listNode()).resolves.toBeDefined();
});
