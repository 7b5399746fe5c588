import { CoreV1Api, VersionApi } from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { servedCluster, type ServedCluster } from '../../support/served-cluster.ts';

let lab: ServedCluster;
let core: CoreV1Api;

beforeAll(async () => {
  lab = await servedCluster();
  core = lab.config().makeApiClient(CoreV1Api);
  for (let n = 0; n < 25; n += 1) {
    const labels = { parity: n % 2 === 0 ? 'even' : 'odd', ...(n < 3 ? { first: 'yes' } : {}) };
    const name = `map-${String(n).padStart(2, '0')}`;
    await core.createNamespacedConfigMap({
      namespace: 'shop',
      body: { metadata: { name, labels }, data: {} },
    });
  }
});

afterAll(() => lab.close());

const names = (list: { items: { metadata?: { name?: string } }[] }) =>
  list.items.map((item) => item.metadata?.name);

test('a list with a limit gives every object once, page by page, at one resourceVersion', async () => {
  const seen: (string | undefined)[] = [];
  const versions = new Set<string | undefined>();
  let next: string | undefined;
  do {
    const page = await core.listNamespacedConfigMap({
      namespace: 'shop',
      limit: 10,
      ...(next ? { _continue: next } : {}),
    });
    seen.push(...names(page));
    versions.add(page.metadata?.resourceVersion);
    next = page.metadata?._continue;
    lab.cluster.store.change('configmaps', 'shop', 'map-00', (map) => ({
      ...map,
      data: { at: String(seen.length) },
    }));
  } while (next);
  expect(seen).toHaveLength(25);
  expect(new Set(seen).size).toBe(25);
  expect(versions.size).toBe(1);
});

test('a page token from before the kept history is refused as expired', async () => {
  const page = await core.listNamespacedConfigMap({ namespace: 'shop', limit: 10 });
  lab.cluster.store.change('configmaps', 'shop', 'map-00', (map) => ({ ...map, data: { later: 'yes' } }));
  lab.cluster.store.history.compact(0);
  const late = core.listNamespacedConfigMap({
    namespace: 'shop',
    limit: 10,
    _continue: page.metadata?._continue ?? '',
  });
  await expect(late).rejects.toThrow(/HTTP-Code: 410[^]*Expired/);
});

test.each([
  ['parity=even', 13],
  ['parity!=even,first', 1],
  ['parity in (odd,none),!first', 11],
  ['first notin (yes)', 22],
])('the label selector %s chooses %i objects', async (labelSelector, count) => {
  const list = await core.listConfigMapForAllNamespaces({ labelSelector });
  expect(list.items).toHaveLength(count);
});

test('a field selector chooses by name', async () => {
  const list = await core.listNamespacedConfigMap({
    namespace: 'shop',
    fieldSelector: 'metadata.name=map-07',
  });
  expect(names(list)).toEqual(['map-07']);
});

test('health and version answer without a token', async () => {
  const config = lab.config('');
  await expect(config.makeApiClient(VersionApi).getCode()).resolves.toMatchObject({ gitVersion: 'v1.36.2' });
});
