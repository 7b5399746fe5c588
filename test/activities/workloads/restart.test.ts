import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { censusOf, judgeCluster } from '../../../activities/workloads/census.ts';
import { restartBatch } from '../../../activities/workloads/restart.ts';
import { addWorkload, fakeMesh, issued, readyPods, stateOf, type FakeMesh } from './fake-mesh.ts';
import { eventually } from '../../support/eventually.ts';

const mark = 'r1/distribute/add-roots';
let mesh: FakeMesh;
beforeEach(async () => void (mesh = await fakeMesh()));
afterEach(() => mesh.close());

function restart(state: keyof typeof issued, over: Partial<Parameters<typeof restartBatch>[1]> = {}) {
  const now = () => new Date();
  return restartBatch(mesh.world, {
    expect: stateOf(state),
    batchPercent: 100,
    limit: 20,
    mark,
    now,
    ...over,
  });
}

const ready = (count: number) => eventually(() => expect(readyPods(mesh)).toBe(count));

function generation(resource: string, name: string): number | undefined {
  return mesh.sim.store.get(resource, 'shop', name)?.metadata.generation;
}

test('stale workloads of every kind are restarted, converged ones are let be', async () => {
  addWorkload(mesh, 'deployments', 'cart', { replicas: 2 });
  addWorkload(mesh, 'statefulsets', 'ledger', { replicas: 2 });
  addWorkload(mesh, 'daemonsets', 'agent');
  await ready(6);
  Object.assign(mesh.issuance, issued.S1);
  addWorkload(mesh, 'deployments', 'fresh');
  await ready(7);
  const { restarted, remaining, unmanaged } = await restart('S1');
  expect({ restarted, remaining, unmanaged }).toEqual({
    restarted: ['DaemonSet shop/agent', 'Deployment shop/cart', 'StatefulSet shop/ledger'],
    ...{ remaining: 0, unmanaged: [] },
  });
  expect(generation('deployments', 'fresh')).toBe(1);
  expect(await restart('S1')).toMatchObject({ restarted: [], remaining: 0 });
});

test('a restart is kubectl’s, and says for which stage', async () => {
  addWorkload(mesh, 'deployments', 'cart');
  await ready(1);
  await restart('S1', { limit: 5 });
  expect(mesh.sim.store.get('deployments', 'shop', 'cart')?.['spec']).toMatchObject({
    template: {
      metadata: {
        labels: { app: 'cart' },
        annotations: {
          'kubectl.kubernetes.io/restartedAt': expect.stringMatching(/^\d{4}-.*Z$/) as string,
          'meshturn.io/rotation': mark,
        },
      },
    },
  });
});

test('batches go on until nothing remains', async () => {
  for (const name of ['a', 'b', 'c', 'd']) addWorkload(mesh, 'deployments', name);
  await ready(4);
  Object.assign(mesh.issuance, issued.S1);
  const first = await restart('S1', { batchPercent: 50 });
  expect(first).toMatchObject({
    restarted: ['Deployment shop/a', 'Deployment shop/b'],
    remaining: 2,
    next: ['Deployment shop/c', 'Deployment shop/d'],
  });
  const second = await restart('S1', { batchPercent: 50 });
  expect(second).toMatchObject({ restarted: ['Deployment shop/c', 'Deployment shop/d'], remaining: 0 });
});

test('a workload that is still stale after its restart is not restarted again, and named', async () => {
  addWorkload(mesh, 'deployments', 'cart');
  await ready(1);
  expect(await restart('S1')).toMatchObject({ restarted: ['Deployment shop/cart'], spent: [] });
  expect(await restart('S1')).toMatchObject({
    ...{ restarted: [], remaining: 0, spent: ['Deployment shop/cart'], unmanaged: [] },
  });
  expect(generation('deployments', 'cart')).toBe(2);
  expect(await restart('S1', { mark: `${mark}/1` })).toMatchObject({ restarted: ['Deployment shop/cart'] });
});

test('the limit counts from the beginning, so that a long look leaves less of it for the rollout', async () => {
  addWorkload(mesh, 'deployments', 'cart');
  await ready(1);
  mesh.starting = false;
  const late = vi.spyOn(performance, 'now').mockReturnValueOnce(performance.now() - 60_000);
  const started = Date.now();
  await expect(restart('S1', { limit: 61 })).rejects.toMatchObject({
    code: 'ROLLOUT_STUCK',
    details: { expected: 'rolled out within 61 s' },
  });
  expect(Date.now() - started).toBeLessThan(10_000);
  late.mockRestore();
});

test('a repeated call goes on with the rollout that it finds, and restarts nothing twice', async () => {
  addWorkload(mesh, 'deployments', 'cart', { replicas: 2 });
  await ready(2);
  Object.assign(mesh.issuance, issued.S1);
  mesh.starting = false;
  await expect(restart('S1', { limit: 1 })).rejects.toMatchObject({ code: 'ROLLOUT_STUCK' });
  expect(generation('deployments', 'cart')).toBe(2);
  const again = restart('S1', { limit: 1 });
  await expect(again).rejects.toMatchObject({ code: 'ROLLOUT_STUCK' });
  expect(generation('deployments', 'cart')).toBe(2);
});

test('a rollout that does not progress names the workload, how far it is, and its pods', async () => {
  addWorkload(mesh, 'deployments', 'cart', { replicas: 2 });
  await ready(2);
  mesh.starting = false;
  await expect(restart('S1', { limit: 1 })).rejects.toMatchObject({
    code: 'ROLLOUT_STUCK',
    details: {
      object: 'restarted workloads of cluster west',
      expected: 'rolled out within 1 s',
      found: expect.stringMatching(
        /^Deployment shop\/cart: 1 of 2 pods are new, pod cart-.*: not ready/,
      ) as string,
    },
    hint: expect.stringMatching(
      /: kubectl describe deployment cart -n shop; kubectl describe pods -n shop -l 'app=cart'; then: /,
    ) as string,
  });
});

test('a rollout past its progress deadline is not waited for to the end', async () => {
  addWorkload(mesh, 'deployments', 'cart', { spec: { progressDeadlineSeconds: 1 } });
  await ready(1);
  mesh.starting = false;
  await expect(restart('S1', { limit: 60 })).rejects.toThrow(/it has exceeded its progress deadline/);
});

test('an unreadable proxy is restarted once, and is proven by having come into being for the stage', async () => {
  addWorkload(mesh, 'deployments', 'mute', { labels: { port: 'closed', exec: 'broken' } });
  await ready(1);
  const loaded = { since: new Date().toISOString(), longestLeaf: 90 * 24 * 3600, clockSkew: 600 };
  expect(await restart('S1', { loaded })).toMatchObject({ restarted: ['Deployment shop/mute'] });
  await eventually(async () => {
    const by = { expect: stateOf('S1'), mark, loaded, now: () => new Date() };
    expect(censusOf(await judgeCluster(mesh.world, by), new Date())).toMatchObject({
      ...{ total: 1, converged: 1, provenByTime: { count: 1 } },
    });
  });
  expect(await restart('S1', { loaded })).toMatchObject({ restarted: [], remaining: 0, spent: [] });
});

test('stale pods that nothing can restart are named', async () => {
  const metadata = { name: 'by-hand', namespace: 'shop' };
  const spec = { containers: [{ name: 'istio-proxy', image: 'proxyv2' }] };
  mesh.sim.store.create('pods', { apiVersion: 'v1', kind: 'Pod', metadata, spec });
  addWorkload(mesh, 'daemonsets', 'agent', { spec: { updateStrategy: { type: 'OnDelete' } } });
  await ready(3);
  const { restarted, unmanaged } = await restart('S1');
  expect(restarted).toEqual([]);
  expect(unmanaged.toSorted()).toEqual([
    expect.stringMatching(/^shop\/agent-.* \(DaemonSet agent: its updateStrategy is OnDelete\)$/) as string,
    expect.stringMatching(/^shop\/agent-.* \(DaemonSet agent: its updateStrategy is OnDelete\)$/) as string,
    'shop/by-hand (no owner)',
  ]);
});
