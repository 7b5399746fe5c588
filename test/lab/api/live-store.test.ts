import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ApiClient } from '../../../lab/api/client.ts';
import { LiveStore } from '../../../lab/api/live-store.ts';
import type { KubeObject, StoreEvent } from '../../../sim/world.ts';
import { eventually } from '../../support/eventually.ts';
import { servedCluster, type ServedCluster } from '../../support/served-cluster.ts';

const watched = [
  { group: '', version: 'v1', resource: 'configmaps' },
  { group: '', version: 'v1', resource: 'pods' },
];

let east: ServedCluster;
let api: ApiClient;
let store: LiveStore;
let told: string[];

beforeEach(async () => {
  east = await servedCluster();
  const url = east.served.urlOf('east');
  api = new ApiClient({ name: 'east', url, caPem: east.ca, token: east.token });
  told = [];
  store = new LiveStore(api, watched, (line) => told.push(line));
});
afterEach(async () => {
  await store.stop();
  api.close();
  await east.close();
});

function configMap(name: string, data: Readonly<Record<string, string>> = {}) {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'shop' }, data };
}

const there = (name: string) => east.cluster.store.get('configmaps', 'shop', name);

/** Adds an entry, and leaves the others. */
function adding(key: string) {
  return (object: KubeObject): KubeObject => ({
    ...object,
    data: { ...(object['data'] as object), [key]: '' },
  });
}

describe('a store on an API server', () => {
  it('has what is there when it starts, and learns what follows', async () => {
    east.cluster.store.create('configmaps', configMap('a'));
    const events: StoreEvent[] = [];
    store.watch('configmaps', (event) => events.push(event));
    await store.start();
    expect(store.list('configmaps', 'shop').map(({ metadata }) => metadata.name)).toEqual(['a']);
    expect(store.list('configmaps', 'sh')).toEqual([]);

    east.cluster.store.change('configmaps', 'shop', 'a', adding('x'));
    await eventually(() => expect(store.get('configmaps', 'shop', 'a')).toMatchObject({ data: { x: '' } }));
    east.cluster.store.remove('configmaps', 'shop', 'a');
    await eventually(() => expect(store.get('configmaps', 'shop', 'a')).toBeUndefined());
    expect(events.map(({ type }) => type)).toEqual(['ADDED', 'MODIFIED', 'DELETED']);
  });

  it('shows its own writes at once, and the server has them in their order', async () => {
    await store.start();
    store.create('configmaps', configMap('a'));
    expect(() => store.create('configmaps', configMap('a'))).toThrow('already exists');
    store.change('configmaps', 'shop', 'a', adding('x'));
    store.change('configmaps', 'shop', 'a', adding('y'));
    expect(store.get('configmaps', 'shop', 'a')).toMatchObject({ data: { x: '', y: '' } });
    await eventually(() => expect(there('a')).toMatchObject({ data: { x: '', y: '' } }));
    store.remove('configmaps', 'shop', 'a');
    expect(store.get('configmaps', 'shop', 'a')).toBeUndefined();
    await eventually(() => expect(there('a')).toBeUndefined());
  });

  it('makes a change anew from what another has made of the object meanwhile', async () => {
    east.cluster.store.create('configmaps', configMap('a'));
    await store.start();
    store.change('configmaps', 'shop', 'a', adding('x'));
    // The store has not heard of this one.
    east.cluster.store.change('configmaps', 'shop', 'a', adding('y'));
    await eventually(() => expect(there('a')).toMatchObject({ data: { x: '', y: '' } }));
  });

  it('leaves alone what has taken the name of the object that was meant', async () => {
    east.cluster.store.create('configmaps', configMap('a'));
    await store.start();
    store.change('configmaps', 'shop', 'a', adding('x'));
    store.change('configmaps', 'shop', 'a', adding('y'));
    store.remove('configmaps', 'shop', 'a');
    east.cluster.store.remove('configmaps', 'shop', 'a');
    const other = east.cluster.store.create('configmaps', configMap('a', { other: '' }));
    store.create('configmaps', configMap('last'));
    await eventually(() => expect(there('last')).toBeDefined());
    await eventually(() =>
      expect(store.get('configmaps', 'shop', 'a')?.metadata.uid).toBe(other.metadata.uid),
    );
    expect(there('a')).toEqual(other);
  });

  it('writes of a pod its status only', async () => {
    await store.start();
    const spec = { containers: [{ name: 'main', image: 'never-ready' }] };
    const metadata = { name: 'p', namespace: 'shop' };
    east.cluster.store.create('pods', { apiVersion: 'v1', kind: 'Pod', metadata, spec });
    await eventually(() => expect(store.get('pods', 'shop', 'p')).toBeDefined());
    store.change('pods', 'shop', 'p', (pod) => ({ ...pod, status: { phase: 'Pending', message: 'seen' } }));
    await eventually(() =>
      expect(east.cluster.store.get('pods', 'shop', 'p')).toMatchObject({ status: { message: 'seen' } }),
    );
  });

  it('goes on where the API server is away for a while, and misses nothing', async () => {
    await store.start();
    const back = east.served.restart(300);
    store.create('configmaps', configMap('mine'));
    east.cluster.store.create('configmaps', configMap('theirs'));
    await back;
    await eventually(() => expect(there('mine')).toBeDefined());
    await eventually(() => expect(store.get('configmaps', 'shop', 'theirs')).toBeDefined());
    expect(told).not.toEqual([]);
  });

  it('lists anew where the server has forgotten what came since', async () => {
    await store.start();
    const back = east.served.restart(200);
    for (const name of ['a', 'b', 'c']) east.cluster.store.create('configmaps', configMap(name));
    east.cluster.store.remove('configmaps', 'shop', 'b');
    east.cluster.store.history.compact(0);
    await back;
    await eventually(() =>
      expect(store.list('configmaps', 'shop').map(({ metadata }) => metadata.name)).toEqual(['a', 'c']),
    );
  });

  it('tells nothing anew where its connections were cut', async () => {
    const events: string[] = [];
    store.watch('configmaps', ({ type, object }) => events.push(`${type} ${object.metadata.name}`));
    await store.start();
    east.cluster.store.create('configmaps', configMap('before'));
    await eventually(() => expect(events).toEqual(['ADDED before']));
    east.cluster.faults.cutAll();
    east.cluster.store.create('configmaps', configMap('after'));
    await eventually(() => expect(events).toContain('ADDED after'));
    expect(events).toEqual(['ADDED before', 'ADDED after']);
  });

  it('fails by what a listener throws, which no retry mends', async () => {
    store.watch('configmaps', () => {
      throw new Error('no such file');
    });
    await store.start();
    east.cluster.store.create('configmaps', configMap('a'));
    await expect(store.failed).resolves.toMatchObject({ message: 'no such file' });
    await eventually(() => expect(store.get('configmaps', 'shop', 'a')).toBeDefined());
  });

  it('tells a write into a namespace that is gone, and fails by none', async () => {
    await store.start();
    const metadata = { name: 'a', namespace: 'gone' };
    store.create('configmaps', { apiVersion: 'v1', kind: 'ConfigMap', metadata });
    await eventually(() => expect(store.get('configmaps', 'gone', 'a')).toBeUndefined());
    expect(told).toEqual([expect.stringContaining('NotFound') as string]);
  });

  it('fails by what the server refuses for good', async () => {
    await store.start();
    east.cluster.access.deny(({ verb, resource }) => verb === 'create' && resource === 'configmaps');
    store.create('configmaps', configMap('a'));
    await expect(store.failed).resolves.toMatchObject({
      code: 'LAB_PROGRAM_REFUSED',
      details: { found: expect.stringContaining('403 configmaps is forbidden') as string },
    });
  });

  it('does not start where it may not look', async () => {
    east.cluster.access.deny(({ verb, resource }) => verb === 'list' && resource === 'pods');
    await expect(store.start()).rejects.toMatchObject({
      code: 'LAB_PROGRAM_REFUSED',
      details: { object: 'list of pods' },
    });
  });
});
