import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { secondPlaneIs } from '../../../activities/workloads/second-plane.ts';
import { composeBundle } from '../../../pki/bundle.ts';
import { addWorkload, fakeMesh, issued, readyPods, stateOf, type FakeMesh } from './fake-mesh.ts';

let mesh: FakeMesh;
beforeEach(async () => {
  mesh = await fakeMesh();
  addWorkload(mesh, 'statefulsets', 'cart');
  await vi.waitFor(() => expect(readyPods(mesh)).toBe(1));
});
afterEach(() => mesh.close());

function publish(state: keyof typeof issued, namespace = 'shop'): void {
  const data = { 'root-cert.pem': composeBundle(issued[state].roots) };
  const metadata = { name: 'istio-ca-root-cert', namespace };
  const changed = mesh.sim.store.change('configmaps', namespace, metadata.name, (map) => ({ ...map, data }));
  if (!changed) mesh.sim.store.create('configmaps', { apiVersion: 'v1', kind: 'ConfigMap', metadata, data });
}

function wait(state: keyof typeof issued, limit = 10) {
  return secondPlaneIs(mesh.world.client, { roots: stateOf(state).roots, limit, now: () => new Date() });
}

test('a namespace whose ConfigMap is right is proven at once; one without proxies does not matter', async () => {
  publish('S1');
  publish('S3', 'elsewhere');
  expect(await wait('S1')).toMatchObject({ namespaces: 1, changedAt: undefined });
});

test('a ConfigMap that changes while it is waited for dates the change', async () => {
  publish('S0');
  const seen = vi.fn();
  mesh.sim.access.deny(({ resource }) => {
    if (resource === 'configmaps') seen();
    return false;
  });
  const waiting = wait('S1');
  await vi.waitFor(() => expect(seen).toHaveBeenCalled());
  publish('S1');
  const { at, changedAt } = await waiting;
  expect(changedAt).toBe(at);
});

test.each<[string, () => void, string]>([
  ['too few roots', () => publish('S0'), 'shop holds "CN=Root A,O=Test"'],
  ['no ConfigMap', () => undefined, 'shop holds nothing'],
])('with %s the wait ends at its limit and says what is held', async (_, given, found) => {
  given();
  await expect(wait('S1', 1)).rejects.toMatchObject({ code: 'SECOND_PLANE_STALE', details: { found } });
});

test('more roots than expected are as wrong as fewer', async () => {
  publish('S1');
  await expect(wait('S3', 1)).rejects.toMatchObject({ code: 'SECOND_PLANE_STALE' });
});
