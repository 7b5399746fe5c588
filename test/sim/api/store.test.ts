import { expect, test } from 'vitest';
import { AlreadyExists, Store } from '../../../sim/api/store.ts';
import type { NewObject } from '../../../sim/world.ts';

const configMap = (name: string): NewObject => ({
  ...{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'shop' }, data: { a: '1' } },
});
const deployment: NewObject = {
  ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'shop' } },
  spec: { replicas: 1 },
};

test('objects are frozen to the bottom, and the given one stays its giver’s', () => {
  const store = new Store();
  const given = { ...configMap('one'), data: { a: '1' } };
  const made = store.create('configmaps', given);
  expect(Object.isFrozen(made['data'])).toBe(true);
  given.data.a = '2';
  expect(store.get('configmaps', 'shop', 'one')?.['data']).toEqual({ a: '1' });
});

test('a name can be taken once', () => {
  const store = new Store();
  store.create('configmaps', configMap('one'));
  expect(() => store.create('configmaps', configMap('one'))).toThrow(AlreadyExists);
});

test('only a changed spec is a new generation, and a change that changes nothing is no event', () => {
  const store = new Store();
  store.create('deployments', deployment);
  const events: string[] = [];
  store.watch('deployments', ({ type, object: { metadata } }) =>
    events.push(`${type} ${String(metadata.generation)}`),
  );
  store.change('deployments', 'shop', 'web', (object) => ({ ...object, status: { replicas: 1 } }));
  store.change('deployments', 'shop', 'web', (object) => ({ ...object, status: { replicas: 1 } }));
  store.change('deployments', 'shop', 'web', (object) => ({ ...object, spec: { replicas: 2 } }));
  expect(events).toEqual(['MODIFIED 1', 'MODIFIED 2']);
});

test('listeners see changes in one order, even those that another listener makes', () => {
  const store = new Store();
  const seen: string[] = [];
  const values = (object: Readonly<Record<string, unknown>>) => JSON.stringify(object['data']);
  store.watch('configmaps', ({ type, object }) => {
    if (type === 'ADDED')
      store.change('configmaps', 'shop', object.metadata.name, (old) => ({ ...old, data: { a: '2' } }));
  });
  store.watch('configmaps', ({ type, object }) => seen.push(`${type} ${values(object)}`));
  store.create('configmaps', configMap('one'));
  expect(seen).toEqual(['ADDED {"a":"1"}', 'MODIFIED {"a":"2"}']);
});

test('the history goes back as far as it was told to keep, and knows where it ends', () => {
  const store = new Store({ history: 3 });
  const { metadata } = store.create('configmaps', configMap('one'));
  const first = Number(metadata.resourceVersion);
  const change = (n: number) =>
    store.change('configmaps', 'shop', 'one', (old) => ({ ...old, data: { n: String(n) } }));
  for (let n = 0; n < 5; n += 1) change(n);
  expect(store.history.after('configmaps', first)).toHaveLength(5);
  for (let n = 5; n < 10; n += 1) change(n);
  expect(store.history.after('configmaps', first)).toBeUndefined();
  expect(store.history.after('configmaps', store.version)).toEqual([]);
});
