import { afterEach, describe, expect, test } from 'vitest';
import { findSources } from '../../../activities/istiod/find-sources.ts';
import { listClusters } from '../../../activities/istiod/list-clusters.ts';
import { observeUnit } from '../../../activities/istiod/observe.ts';
import { survey } from '../../../rotation/survey.ts';
import { makeIntermediate, makeRoot } from '../../../pki/make.ts';
import { addRevision, fleet, istioNamespace, mesh, startMesh, type Mesh } from './mesh.ts';

const rootA = makeRoot({ commonName: 'Root A' });
const a = makeIntermediate({ issuer: rootA, commonName: 'Intermediate A' });
const s0 = { roots: [rootA], signer: a, chain: [a, rootA] };

let running: Mesh;
afterEach(() => running.close());
const ref = { fleet, mesh };
const objects = { root: 'root-cert', cert: 'ca-cert', key: 'ca-key', chain: 'cert-chain' };
const west = { unit: 'west', controlPlanes: ['west'] };

/** As a rotation surveys the mesh; `asked` are the clusters that were looked at, and for whose workers. */
async function surveyed() {
  const asked: (readonly [clusters: readonly string[], reach: string | undefined])[] = [];
  const found = await survey(ref, {
    listClusters: (after) =>
      Promise.resolve(listClusters(running.world, { ...ref, ...(after === undefined ? {} : { after }) })),
    findSources: (clusters, reach) => {
      asked.push([clusters, reach]);
      return findSources(running.world, { ...ref, clusters });
    },
  });
  return { ...found, asked };
}

describe('a mesh', () => {
  test('has a write unit for each vault, named after its first control plane', async () => {
    running = await startMesh(s0, [
      { name: 'west' },
      { name: 'east', vault: 'kv-east' },
      { name: 'north', vault: 'kv-west', revision: 'asm-1-29', version: '1.29.3' },
    ]);
    const { shape } = await surveyed();
    expect(shape.units.map(({ unit, controlPlanes }) => ({ unit, controlPlanes }))).toEqual([
      { unit: 'west', controlPlanes: ['west', 'north'] },
      { unit: 'east', controlPlanes: ['east'] },
    ]);
    expect(shape.units[0]?.clusters).toEqual([
      { cluster: 'west', workloads: { mode: 'renew' }, reach: undefined },
      { cluster: 'north', workloads: { mode: 'renew' }, reach: undefined },
    ]);
  });

  test('whose vault’s clusters have different CronJob policies is refused', async () => {
    running = await startMesh(s0, [
      { name: 'west', cronJob: 'wait' },
      { name: 'east', cronJob: 'runNow' },
    ]);
    const { splits } = await surveyed();
    expect(splits).toMatchObject([
      { code: 'UNIT_POLICY_SPLIT', found: 'cronJob: wait in west, cronJob: runNow in east' },
    ]);
  });

  test('that signs by itself is refused', async () => {
    running = await startMesh(s0, [{}], ({ cluster: { store } }) => {
      store.change('deployments', istioNamespace, 'istiod-asm-1-30', (object) =>
        replaced(
          replaced(object, '"name":"cacerts"', '"name":"elsewhere"'),
          '/etc/cacerts',
          '/etc/elsewhere',
        ),
      );
    });
    await expect(surveyed()).rejects.toMatchObject({ code: 'SELF_SIGNED_MESH' });
  });

  test('with a volume of the CSI driver is known for plugged in without its log', async () => {
    running = await startMesh(s0);
    running.clusters.get('west')?.cluster.access.deny(({ subresource }) => subresource === 'log');
    await expect(surveyed()).resolves.toMatchObject({ shape: { units: [{ unit: 'west' }] } });
  });

  test('is described without a look at clusters whose vault and objects the fleet file names', async () => {
    running = await startMesh(s0, [
      { name: 'west' },
      { name: 'far', vault: 'kv-far', objects, reach: 'dmz' },
    ]);
    running.clusters.get('far')?.cluster.faults.set({ matches: () => true, cut: true });
    const { shape, asked } = await surveyed();
    expect(asked).toEqual([[['west'], undefined]]);
    expect(shape.units.map(({ unit, clusters }) => [unit, clusters[0]?.reach])).toEqual([
      ['west', undefined],
      ['far', 'dmz'],
    ]);
  });

  test('is surveyed by the workers that reach each cluster, where its SecretProviderClass tells the CA source', async () => {
    running = await startMesh(s0, [
      { name: 'west' },
      { name: 'far', vault: 'kv-far', reach: 'dmz' },
      { name: 'east', vault: 'kv-east' },
    ]);
    const { shape, asked } = await surveyed();
    expect(asked).toEqual([
      [['west', 'east'], undefined],
      [['far'], 'dmz'],
    ]);
    expect(shape.units.map(({ unit }) => unit)).toEqual(['west', 'far', 'east']);
  });

  test('whose one CA source is within reach of different workers is refused', async () => {
    running = await startMesh(s0, [{ name: 'west' }, { name: 'east', reach: 'dmz' }]);
    const { splits } = await surveyed();
    expect(splits).toMatchObject([
      { code: 'UNIT_REACH_SPLIT', found: 'no reach in west, reach: dmz in east' },
    ]);
  });

  test('whose CSI driver does not rotate is refused', async () => {
    running = await startMesh(s0, [{}], ({ cluster: { store } }) => {
      store.change('daemonsets', 'kube-system', 'aks-secrets-store-csi-driver', (object) =>
        replaced(object, '--enable-secret-rotation=true', '--enable-secret-rotation=false'),
      );
    });
    await expect(surveyed()).rejects.toMatchObject({ code: 'CSI_ROTATION_OFF' });
  });

  test('whose SecretProviderClass pins a version is refused', async () => {
    running = await startMesh(s0);
    running.clusters
      .get('west')
      ?.cluster.store.change('secretproviderclasses', istioNamespace, 'istio-spc-asm-1-30', (object) =>
        replaced(object, 'objectName: ca-key', 'objectName: ca-key\\n    objectVersion: 0a1b'),
      );
    await expect(surveyed()).rejects.toMatchObject({ code: 'OBJECT_VERSION_PINNED' });
  });

  test('that the fleet files lack is named with those that there are', async () => {
    running = await startMesh(s0);
    const orders = () => listClusters(running.world, { fleet, mesh: 'orders' });
    expect(orders).toThrow(
      expect.objectContaining({
        code: 'MESH_UNKNOWN',
        details: expect.objectContaining({ expected: 'test/payments' }) as unknown,
      }) as Error,
    );
  });
});

describe('an observed unit', () => {
  test('shows source, replicas, reload mode and the facts on every certificate', async () => {
    running = await startMesh(s0);
    const seen = await observeUnit(running.world, { ...ref, ...west });
    const roots = [rootA.cert.fingerprint];
    expect(seen).toMatchObject({
      unit: 'west',
      controlPlanes: ['west'],
      source: { kind: 'keyVault', roots, signer: { fingerprint: a.cert.fingerprint } },
      reload: 'live',
      clusters: [{ cluster: 'west', proxies: 0 }],
      strangers: [],
      otherIstiods: [],
      warnings: [],
    });
    expect(seen.istiods).toHaveLength(2);
    expect(seen.istiods[0]).toMatchObject({
      cluster: 'west',
      revision: 'asm-1-30',
      version: '1.30.3',
      serves: { roots, signer: a.cert.fingerprint },
    });
    expect(seen.certificates.map(({ subject }) => subject).sort()).toEqual([
      'CN=Intermediate A',
      'CN=Root A',
    ]);
  });

  test('is refused where revisions in one cluster read different objects', async () => {
    running = await startMesh(s0);
    const cluster = running.clusters.get('west');
    if (cluster !== undefined) {
      addRevision(cluster, 'asm-1-31', (text) => text.replace('objectName: ca-key', 'objectName: ca-key-2'));
    }
    await expect(observeUnit(running.world, { ...ref, ...west })).rejects.toMatchObject({
      code: 'REVISION_SOURCES_DIFFER',
      details: {
        found: 'root-cert, ca-cert, ca-key-2, cert-chain in https://kv-west.vault.azure.net of asm-1-31',
      },
    });
  });

  test('is refused where istiod reads other objects than the fleet file names', async () => {
    running = await startMesh(s0, [{ objects: { ...objects, key: 'ca-key-2' } }]);
    await expect(observeUnit(running.world, { ...ref, ...west })).rejects.toMatchObject({
      code: 'SOURCE_NOT_OF_FLEET',
      details: { found: expect.stringContaining('root-cert, ca-cert, ca-key-2, cert-chain in') as string },
    });
  });

  test('names clusters of istiod’s remote secrets that the fleet file lacks', async () => {
    running = await startMesh(s0);
    const kubeconfig = (server: string) =>
      Buffer.from(JSON.stringify({ clusters: [{ cluster: { server } }] })).toString('base64');
    running.clusters.get('west')?.cluster.store.create('secrets', {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: {
        name: 'istio-remote-secret',
        namespace: istioNamespace,
        labels: { 'istio/multiCluster': 'true' },
      },
      data: {
        west: kubeconfig('https://elsewhere'),
        'by-its-address': kubeconfig(running.served.urlOf('west')),
        stranger: kubeconfig('https://stranger'),
      },
    });
    const seen = await observeUnit(running.world, { ...ref, ...west });
    expect(seen.strangers).toEqual(['stranger']);
  });

  test('accuses no stranger that may be a cluster whose kubeconfig this worker lacks', async () => {
    running = await startMesh(s0, [{ name: 'west' }, { name: 'far', vault: 'kv-far', unreached: true }]);
    const server = running.served.urlOf('far');
    const kubeconfig = JSON.stringify({ clusters: [{ cluster: { server } }] });
    running.clusters.get('west')?.cluster.store.create('secrets', {
      ...{ apiVersion: 'v1', kind: 'Secret' },
      metadata: { name: 'remote', namespace: istioNamespace, labels: { 'istio/multiCluster': 'true' } },
      data: { 'far-by-another-name': Buffer.from(kubeconfig).toString('base64') },
    });
    const seen = await observeUnit(running.world, { ...ref, ...west });
    expect(seen.strangers).toEqual([]);
    expect(seen.warnings.map(({ code }) => code)).toEqual(['REMOTE_CLUSTER_UNCOMPARED']);
  });

  test('warns where remote secrets may not be read, and of a suspended CronJob', async () => {
    running = await startMesh(s0, [{ validator: true, multiRoot: false }], ({ cluster: { store } }) => {
      store.change('cronjobs', istioNamespace, 'istio-cert-validator-cronjob-asm-1-30', (object) =>
        replaced(object, '"suspend":false', '"suspend":true'),
      );
    });
    running.clusters.get('west')?.cluster.access.deny(({ resource }) => resource === 'secrets');
    const seen = await observeUnit(running.world, { ...ref, ...west });
    expect(seen).toMatchObject({ reload: 'cronjob', cronJobEvery: 600 });
    expect(seen.warnings.map(({ code }) => code).sort()).toEqual([
      'CRONJOB_SUSPENDED',
      'REMOTE_SECRETS_UNREADABLE',
    ]);
  });

  test('asks for the right to make probe tokens where it is missing', async () => {
    running = await startMesh(s0);
    running.clusters.get('west')?.cluster.access.deny(({ subresource }) => subresource === 'token');
    await expect(observeUnit(running.world, { ...ref, ...west })).rejects.toMatchObject({
      code: 'PROBE_SERVICE_ACCOUNT',
    });
  });

  test('asks for the ServiceAccount of probes where it is missing, and does not make it', async () => {
    running = await startMesh(s0);
    const store = running.clusters.get('west')?.cluster.store;
    store?.remove('serviceaccounts', istioNamespace, 'meshturn-probe');
    await expect(observeUnit(running.world, { ...ref, ...west })).rejects.toMatchObject({
      code: 'PROBE_SERVICE_ACCOUNT',
      hint: expect.stringContaining(
        'kubectl create serviceaccount meshturn-probe -n aks-istio-system',
      ) as string,
    });
    expect(store?.get('serviceaccounts', istioNamespace, 'meshturn-probe')).toBeUndefined();
  });

  test('has replicas that serve nothing where no probe gets to them', async () => {
    running = await startMesh(s0);
    const isForward = ({ subresource = '' }) => subresource === 'portforward';
    running.clusters.get('west')?.cluster.faults.set({ matches: isForward, status: 500 });
    const seen = await observeUnit(running.world, { ...ref, ...west });
    expect(seen.istiods.map(({ serves }) => serves)).toEqual([undefined, undefined]);
    expect(seen.warnings.map(({ code }) => code)).toEqual(['CLUSTER_FAILING', 'CLUSTER_FAILING']);
  });
});

/** An object with a part of its text replaced. */
function replaced<T extends object>(object: T, from: string, to: string): T {
  const text = JSON.stringify(object);
  if (!text.includes(from)) throw new Error(`expected ${from} in the object`);
  return JSON.parse(text.replaceAll(from, to)) as T;
}
