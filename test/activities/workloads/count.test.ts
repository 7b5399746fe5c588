import { afterEach, beforeEach, expect, test } from 'vitest';
import { judgeCluster } from '../../../activities/workloads/census.ts';
import { countCluster } from '../../../activities/workloads/count.ts';
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
beforeEach(async () => void (mesh = await fakeMesh()));
afterEach(() => mesh.close());

const ready = (count: number) => eventually(() => expect(readyPods(mesh)).toBe(count));

function configMap(name: string, namespace: string, data: Readonly<Record<string, string>>): void {
  mesh.sim.store.create('configmaps', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace },
    data,
  });
}

test('what proxies hold is counted by trust and by signer, with facts on every certificate', async () => {
  addWorkload(mesh, 'deployments', 'old', { replicas: 2 });
  addWorkload(mesh, 'statefulsets', 'mute', { labels: { port: 'closed', exec: 'broken' } });
  await ready(3);
  Object.assign(mesh.issuance, issued.S2);
  addWorkload(mesh, 'deployments', 'new', { env: [{ name: 'SECRET_TTL', value: '48h' }] });
  await ready(4);
  configMap('istio-ca-root-cert', 'shop', { 'root-cert.pem': composeBundle([roots.a, roots.b]) });

  const { observed, certificates } = await countCluster(mesh.world);
  const [old, renewed] = [stateOf('S0'), stateOf('S2')];
  expect(observed).toMatchObject({
    ...{ cluster: 'west', proxies: 4, unreadable: 1, longestLeafTtlSeconds: 172_800, ambient: false },
    secondPlane: [{ roots: renewed.roots, count: 1 }],
  });
  expect(observed.trust.toSorted((a, b) => b.count - a.count)).toEqual([
    { roots: old.roots, count: 2 },
    { roots: renewed.roots, count: 1 },
  ]);
  expect(observed.leaves.toSorted((a, b) => b.count - a.count)).toMatchObject([
    { signer: old.signer, root: roots.a.fingerprint, count: 2 },
    { signer: renewed.signer, root: roots.b.fingerprint, count: 1 },
  ]);
  const named = new Set(certificates.map(({ fingerprint }) => fingerprint));
  expect(named).toEqual(new Set([old.signer, renewed.signer, ...renewed.roots]));
  expect(certificates).toHaveLength(named.size);
});

test('a leaf that does not verify is counted without signer and root', async () => {
  Object.assign(mesh.issuance, { ...issued.S1, roots: issued.S3.roots });
  addWorkload(mesh, 'statefulsets', 'torn');
  await ready(1);
  const { observed } = await countCluster(mesh.world);
  expect(observed.leaves).toMatchObject([{ signer: undefined, root: undefined, count: 1 }]);
});

test('an anchor that the mesh configuration pins is counted where proxies hold it, and named as pinned', async () => {
  Object.assign(mesh.issuance, { ...issued.S0, foreign: [roots.b] });
  addWorkload(mesh, 'statefulsets', 'cart');
  await ready(1);
  const meshConfig = JSON.stringify({ caCertificates: [{ pem: roots.b.pem }] });
  configMap('istio-asm-1-30', 'aks-istio-system', { mesh: meshConfig });
  const { observed, certificates } = await countCluster(mesh.world);
  const both = [roots.a.fingerprint, roots.b.fingerprint];
  expect(observed).toMatchObject({ trust: [{ roots: both, count: 1 }], pinned: [roots.b.fingerprint] });
  expect(certificates.map(({ fingerprint }) => fingerprint)).toEqual(expect.arrayContaining(both));
});

test('a root of the CA itself stays counted where the mesh configuration pins it too', async () => {
  Object.assign(mesh.issuance, issued.S1);
  addWorkload(mesh, 'statefulsets', 'cart');
  await ready(1);
  const caCertificates = [{ pem: roots.b.pem }, { spiffeBundleUrl: 'https://partner.example/bundle' }];
  configMap('istio-asm-1-30', 'aks-istio-system', { mesh: JSON.stringify({ caCertificates }) });
  const { observed } = await countCluster(mesh.world);
  expect(observed.trust).toEqual([{ roots: stateOf('S1').roots, count: 1 }]);
});

test('anchors from a URL are left out as well, where no leaf came with them, and warned of', async () => {
  Object.assign(mesh.issuance, { ...issued.S0, foreign: [roots.b] });
  addWorkload(mesh, 'statefulsets', 'cart');
  await ready(1);
  const caCertificates = [{ spiffeBundleUrl: 'https://partner.example/bundle' }];
  configMap('istio-asm-1-30', 'aks-istio-system', { mesh: JSON.stringify({ caCertificates }) });
  const { observed, certificates, warnings } = await countCluster(mesh.world);
  expect(observed.trust).toEqual([{ roots: [roots.a.fingerprint], count: 1 }]);
  expect(certificates.map(({ fingerprint }) => fingerprint)).not.toContain(roots.b.fingerprint);
  expect(warnings).toEqual([
    {
      ...{ code: 'FOREIGN_ANCHORS_UNKNOWN', cluster: 'west' },
      text: 'caCertificates of the mesh configuration name https://partner.example/bundle',
    },
  ]);
});

test('a webhook of istiod is a place of the second trust plane', async () => {
  addInjector(mesh, 'asm-1-30', [roots.a]);
  const { observed, certificates } = await countCluster(mesh.world);
  expect(observed.secondPlane).toEqual([{ roots: [roots.a.fingerprint], count: 1 }]);
  expect(certificates).toHaveLength(1);
});

test('a proxy that has never started is not counted, for it holds nothing', async () => {
  const slow = await fakeMesh({ podStart: 60_000 });
  addWorkload(slow, 'statefulsets', 'cart');
  await eventually(() => expect(slow.sim.store.list('pods', 'shop')).toHaveLength(1));
  const { observed } = await countCluster(slow.world);
  expect(observed).toMatchObject({ proxies: 0, unreadable: 0, trust: [], longestLeafTtlSeconds: 86_400 });
  await slow.close();
});

test.each([
  ['what its pod asks for', [{ name: 'SECRET_TTL', value: '1h' }], 3600],
  ['the default where its pod sets nothing', [], 86_400],
  [
    'what istiods sign at most where its pod does not tell',
    [{ name: 'SECRET_TTL', value: 'soon' }],
    90 * 86_400,
  ],
])('the leaf of a proxy that cannot be read lives for %s, as time will prove it', async (_, env, seconds) => {
  addWorkload(mesh, 'statefulsets', 'mute', { labels: { port: 'closed', exec: 'broken' }, env });
  await ready(1);
  const { observed } = await countCluster(mesh.world);
  expect(observed).toMatchObject({ unreadable: 1, longestLeafTtlSeconds: seconds });
  const since = Date.now() + 60_000;
  const loaded = { since: new Date(since).toISOString(), longestLeaf: 90 * 86_400, clockSkew: 600 };
  const by = { expect: stateOf('S1'), loaded, mark: 'none', now: () => new Date() };
  const [verdict] = await judgeCluster(mesh.world, by);
  expect(verdict?.provenAt).toEqual(new Date(since + (seconds + 600) * 1000));
});

test('a proxy whose pod does not tell may hold a leaf for as long as its istiods sign, whatever that is set to', async () => {
  const env = [{ name: 'SECRET_TTL', value: 'soon' }];
  addWorkload(mesh, 'statefulsets', 'mute', { labels: { port: 'closed', exec: 'broken' }, env });
  await ready(1);
  const raised = countCluster(mesh.world, Promise.resolve(180 * 86_400));
  expect((await raised).observed.longestLeafTtlSeconds).toBe(180 * 86_400);
  expect((await countCluster(mesh.world, 48 * 3600)).observed.longestLeafTtlSeconds).toBe(172_800);
});

test('nothing is expected of what a pod asks for and its istiods refuse', async () => {
  addWorkload(mesh, 'deployments', 'greedy', { env: [{ name: 'SECRET_TTL', value: '2400h' }] });
  await ready(1);
  const { observed } = await countCluster(mesh.world, 48 * 3600);
  expect(observed).toMatchObject({ unreadable: 0, longestLeafTtlSeconds: 172_800 });
});

test('ztunnel makes a cluster ambient', async () => {
  const metadata = { name: 'ztunnel-x', namespace: 'istio-system', labels: { app: 'ztunnel' } };
  const spec = { containers: [{ name: 'istio-proxy', image: 'ztunnel' }] };
  mesh.sim.store.create('pods', { apiVersion: 'v1', kind: 'Pod', metadata, spec });
  expect((await countCluster(mesh.world)).observed).toMatchObject({ ambient: true, proxies: 0 });
});

test('pods that show istiod a certificate are counted', async () => {
  addWorkload(mesh, 'statefulsets', 'cart', { env: [{ name: 'FILE_MOUNTED_CERTS', value: 'true' }] });
  await ready(1);
  expect((await countCluster(mesh.world)).observed).toMatchObject({ proxies: 1, fileMounted: 1 });
});

test('proxies whose agent keeps one root of a bundle are counted, by the version of their image', async () => {
  for (const version of ['1.24.4', '1.24.5', '1.25.1', '1.25.2'])
    addWorkload(mesh, 'statefulsets', `v${version.replaceAll('.', '-')}`, { version });
  await ready(4);
  expect((await countCluster(mesh.world)).observed).toMatchObject({ proxies: 4, oneRootAgents: 2 });
});
