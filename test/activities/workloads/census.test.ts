import { Exec } from '@kubernetes/client-node';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { censusOf, judgeCluster } from '../../../activities/workloads/census.ts';
import { addWorkload, fakeMesh, issued, readyPods, stateOf, type FakeMesh } from './fake-mesh.ts';
import { eventually } from '../../support/eventually.ts';

let mesh: FakeMesh;
beforeEach(async () => void (mesh = await fakeMesh()));
afterEach(() => mesh.close());

async function census(state: keyof typeof issued) {
  return censusOf(await judgeCluster(mesh.world, judging(state)), new Date());
}

function judging(state: keyof typeof issued) {
  return { expect: stateOf(state), mark: 'r1/distribute/add-roots', now: () => new Date() };
}

const hour = 3_600_000;
const mute = { port: 'closed', exec: 'broken' };

/** So many hours from now, of a state that is loaded since one hour ahead: everything here is older. */
async function censusIn(hours: number, mark = 'r1/distribute/add-roots') {
  const start = Date.now() + hour;
  const loaded = { since: new Date(start).toISOString(), longestLeaf: 90 * 24 * 3600, clockSkew: 600 };
  const at = new Date(start + hours * hour);
  const by = { ...judging('S1'), loaded, mark, now: () => at };
  const { unread, ...rest } = censusOf(await judgeCluster(mesh.world, by), at);
  const hoursTo = (instant = '') => (Date.parse(instant) - start) / hour;
  return { ...rest, unread: unread && { ...unread, next: hoursTo(unread.next), last: hoursTo(unread.last) } };
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

test('a proxy that never answers is proven by time, each by the life that its own leaf may have', async () => {
  addWorkload(mesh, 'statefulsets', 'mute', { labels: mute });
  const env = [{ name: 'SECRET_TTL', value: '48h' }];
  addWorkload(mesh, 'statefulsets', 'mute-for-long', { labels: mute, env });
  await ready(2);
  const [day, twoDays] = [24 + 1 / 6, 48 + 1 / 6];
  const first = await censusIn(0);
  expect(first).toMatchObject({ total: 2, converged: 0, nextRenewal: undefined });
  expect(first.unread).toEqual({
    ...{ count: 2, pods: ['shop/mute-0', 'shop/mute-for-long-0'] },
    ...{ next: expect.closeTo(day, 4) as number, last: expect.closeTo(twoDays, 4) as number },
  });
  expect(first.laggards[0]).toMatchObject({
    pod: 'shop/mute-0',
    reason: expect.stringMatching(/^cannot be read: .*, proven by time at \d{4}-.*Z$/) as string,
  });
  expect(await censusIn(24)).toMatchObject({ converged: 0 });
  expect(await censusIn(25)).toMatchObject({
    ...{ total: 2, converged: 1, provenByTime: { count: 1, pods: ['shop/mute-0'] } },
    unread: { count: 1, pods: ['shop/mute-for-long-0'] },
  });
  expect(await censusIn(49)).toMatchObject({
    ...{ total: 2, converged: 2, provenByTime: { count: 2 }, laggards: [], unread: undefined },
  });
});

test('time proves nothing of a stale proxy that answers, nor of one that has its leaf from files', async () => {
  addWorkload(mesh, 'statefulsets', 'stale');
  const env = [{ name: 'FILE_MOUNTED_CERTS', value: 'true' }];
  addWorkload(mesh, 'statefulsets', 'filed', { labels: mute, env });
  await ready(2);
  const late = await censusIn(100 * 24);
  expect(late).toMatchObject({ total: 2, converged: 0, unread: undefined });
  expect(late).not.toHaveProperty('provenByTime');
  expect(late.laggards[0]?.reason).toBe(
    'cannot be read: pilot-agent exited with 1: Error: connection refused',
  );
});

test('a closed admin port leaves a proxy unread where the fleet file does not have it asked by a command', async () => {
  addWorkload(mesh, 'statefulsets', 'closed', { labels: { port: 'closed' } });
  await ready(1);
  const cluster = { ...mesh.world, execFallback: false };
  const exec = vi.spyOn(Exec.prototype, 'exec');
  const [verdict] = await judgeCluster(cluster, judging('S0'));
  expect(verdict?.why).toMatch(
    /^cannot be read: port 15000: error forwarding port 15000 to pod .*: connection refused/,
  );
  expect(exec).not.toHaveBeenCalled();
  exec.mockRestore();
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
  const verdicts = await judgeCluster(slow.world, judging('S0'));
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
