import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { secondPlaneIs } from '../../../activities/workloads/second-plane.ts';
import { composeBundle } from '../../../pki/bundle.ts';
import {
  addInjector,
  addWorkload,
  fakeMesh,
  issued,
  readyPods,
  roots,
  stateOf,
  type FakeMesh,
} from './fake-mesh.ts';
import { eventually } from '../../support/eventually.ts';

let mesh: FakeMesh;
beforeEach(async () => {
  mesh = await fakeMesh();
  addWorkload(mesh, 'statefulsets', 'cart');
  await eventually(() => expect(readyPods(mesh)).toBe(1));
});
afterEach(() => mesh.close());

function publish(state: keyof typeof issued, namespace = 'shop'): void {
  const data = { 'root-cert.pem': composeBundle(issued[state].roots) };
  const metadata = { name: 'istio-ca-root-cert', namespace };
  const changed = mesh.sim.store.change('configmaps', namespace, metadata.name, (map) => ({ ...map, data }));
  if (!changed) mesh.sim.store.create('configmaps', { apiVersion: 'v1', kind: 'ConfigMap', metadata, data });
}

function wait(state: keyof typeof issued, limit = 10) {
  return secondPlaneIs(mesh.world, { roots: stateOf(state).roots, limit, now: () => new Date() });
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
  await eventually(() => expect(seen).toHaveBeenCalled());
  publish('S1');
  const { at, changedAt } = await waiting;
  expect(changedAt).toBe(at);
});

test.each<[string, () => void, string]>([
  ['too few roots', () => publish('S0'), 'namespace shop holds "CN=Root A,O=Test"'],
  ['no ConfigMap', () => undefined, 'namespace shop holds nothing'],
])('with %s the wait ends at its limit and says what is held', async (_, given, found) => {
  given();
  await expect(wait('S1', 1)).rejects.toMatchObject({ code: 'SECOND_PLANE_STALE', details: { found } });
});

test('a webhook of istiod that trusts too little is waited for, and named', async () => {
  publish('S1');
  addInjector(mesh, 'asm-1-30', [roots.a]);
  await expect(wait('S1', 1)).rejects.toMatchObject({
    code: 'SECOND_PLANE_STALE',
    details: {
      found: 'MutatingWebhookConfiguration istio-sidecar-injector-asm-1-30 holds "CN=Root A,O=Test"',
    },
  });
});

test('webhooks that are right are counted; an empty caBundle and another’s webhook do not matter', async () => {
  publish('S1');
  addInjector(mesh, 'asm-1-30', [roots.a, roots.b]);
  addInjector(mesh, 'asm-1-29', []);
  mesh.sim.store.create('validatingwebhookconfigurations', {
    ...{ apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingWebhookConfiguration' },
    metadata: { name: 'policy' },
    webhooks: [
      {
        name: 'policy.example',
        clientConfig: { service: { name: 'policy', namespace: 'policy' }, caBundle: 'AAAA' },
      },
    ],
  });
  expect(await wait('S1')).toMatchObject({ namespaces: 1, webhooks: 1 });
});

test('a webhook that a removed revision left behind is kept by nobody', async () => {
  publish('S1');
  addInjector(mesh, 'asm-1-28', [roots.a]);
  const labels = { app: 'istiod', 'istio.io/rev': 'asm-1-30' };
  const metadata = { name: 'istiod', namespace: 'aks-istio-system', labels };
  const spec = { containers: [{ name: 'discovery', image: 'pilot' }] };
  mesh.sim.store.create('pods', { apiVersion: 'v1', kind: 'Pod', metadata, spec });
  expect(await wait('S1')).toMatchObject({ webhooks: 0 });
});

test('looks are as far apart as the cluster’s settings say', async () => {
  publish('S0');
  let looks = 0;
  mesh.sim.access.deny(({ resource, verb }) => {
    if (resource === 'configmaps' && verb === 'list') looks += 1;
    return false;
  });
  const seldom = { ...mesh.world, lookEvery: 60 };
  const o = { roots: stateOf('S1').roots, limit: 2.5, now: () => new Date() };
  await expect(secondPlaneIs(seldom, o)).rejects.toMatchObject({ code: 'SECOND_PLANE_STALE' });
  expect(looks).toBe(2);
});

test('more roots than expected are as wrong as fewer', async () => {
  publish('S1');
  await expect(wait('S3', 1)).rejects.toMatchObject({ code: 'SECOND_PLANE_STALE' });
});
