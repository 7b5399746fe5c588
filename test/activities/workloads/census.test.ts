import { afterEach, beforeEach, expect, test } from 'vitest';
import { censusOf, judgeCluster } from '../../../activities/workloads/census.ts';
import { addWorkload, fakeMesh, issued, readyPods, stateOf, type FakeMesh } from './fake-mesh.ts';
import { eventually } from '../../support/eventually.ts';

let mesh: FakeMesh;
beforeEach(async () => void (mesh = await fakeMesh()));
afterEach(() => mesh.close());

async function census(state: keyof typeof issued) {
  return censusOf(await judgeCluster(mesh.world, stateOf(state), () => new Date()), new Date());
}

const ready = (count: number) => eventually(() => expect(readyPods(mesh)).toBe(count));

test('every kind of proxy is counted, and all have converged to what they were given', async () => {
  addWorkload(mesh, 'deployments', 'cart', { replicas: 3 });
  addWorkload(mesh, 'statefulsets', 'ledger', { replicas: 2, native: true });
  addWorkload(mesh, 'daemonsets', 'agent');
  await ready(7);
  expect(await census('S0')).toEqual({
    ...{ at: expect.any(String) as string, total: 7, converged: 7, notStarted: 0, laggards: [] },
    ...{ nextRenewal: undefined, lastRenewal: undefined },
  });
});

test('stale proxies are named, with the instant at which their leaves renew themselves', async () => {
  addWorkload(mesh, 'statefulsets', 'old', { env: [{ name: 'SECRET_GRACE_PERIOD_RATIO', value: '0.25' }] });
  addWorkload(mesh, 'statefulsets', 'older');
  await ready(2);
  Object.assign(mesh.issuance, issued.S2);
  addWorkload(mesh, 'statefulsets', 'new');
  await ready(3);
  const { total, converged, laggards, nextRenewal, lastRenewal } = await census('S2');
  expect({ total, converged }).toEqual({ total: 3, converged: 1 });
  expect(laggards.map(({ pod }) => pod)).toEqual(['shop/old-0', 'shop/older-0']);
  expect(laggards[0]?.reason).toMatch(/^holds a leaf of "CN=Intermediate A,O=Istio".* and does not trust /);
  const hoursUntil = (instant = '') => (Date.parse(instant) - Date.now()) / 3_600_000;
  expect(hoursUntil(nextRenewal)).toBeCloseTo(12, 1);
  expect(hoursUntil(lastRenewal)).toBeCloseTo(18.24, 1);
});

test('a closed admin port is gone around by pilot-agent; a proxy that neither shows is not converged', async () => {
  addWorkload(mesh, 'statefulsets', 'closed', { labels: { port: 'closed' } });
  addWorkload(mesh, 'statefulsets', 'mute', { labels: { port: 'closed', exec: 'broken' } });
  await ready(2);
  const { total, converged, laggards, nextRenewal } = await census('S0');
  expect({ total, converged, nextRenewal }).toEqual({ total: 2, converged: 1, nextRenewal: undefined });
  expect(laggards).toEqual([
    { pod: 'shop/mute-0', reason: 'cannot be read: pilot-agent exited with 1: Error: connection refused' },
  ]);
});

test('without the right to exec, port-forward is enough; without both the right is named', async () => {
  addWorkload(mesh, 'statefulsets', 'cart');
  await ready(1);
  mesh.sim.access.deny(({ subresource }) => subresource === 'exec');
  expect(await census('S0')).toMatchObject({ total: 1, converged: 1 });
  mesh.sim.access.deny(({ subresource }) => subresource === 'portforward');
  await expect(census('S0')).rejects.toMatchObject({ code: 'CLUSTER_FORBIDDEN' });
});

test('a proxy that has never started holds nothing, and is counted apart', async () => {
  const slow = await fakeMesh({ podStart: 60_000 });
  addWorkload(slow, 'statefulsets', 'cart');
  await eventually(() =>
    expect(slow.sim.store.list('pods', 'shop')[0]?.['status']).toHaveProperty('startTime'),
  );
  const verdicts = await judgeCluster(slow.world, stateOf('S0'), () => new Date());
  expect(censusOf(verdicts, new Date())).toMatchObject({
    ...{ total: 0, converged: 0, notStarted: 1, laggards: [] },
  });
  await slow.close();
});

test('a census of hundreds of proxies names twenty of them at most', async () => {
  addWorkload(mesh, 'deployments', 'crowd', { replicas: 60 });
  await ready(60);
  const { total, converged, laggards } = await census('S3');
  expect({ total, converged, named: laggards.length }).toEqual({ total: 60, converged: 0, named: 20 });
});
