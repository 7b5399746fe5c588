import { afterEach, describe, expect, test } from 'vitest';
import { awaitSynced } from '../../../activities/istiod/sync.ts';
import { keyPem, makeIntermediate, makeRoot } from '../../../pki/make.ts';
import type { KubeObject } from '../../../sim/world.ts';
import { settings } from '../kube/api-server.ts';
import { addRevision, fleet, istioNamespace, mesh, startMesh, type Mesh, type SetOfFiles } from './mesh.ts';
import { eventually } from '../../support/eventually.ts';

const rootA = makeRoot({ commonName: 'Root A' });
const a = makeIntermediate({ issuer: rootA, commonName: 'Intermediate A' });
const a2 = makeIntermediate({ issuer: rootA, commonName: 'Intermediate A2' });
const s0: SetOfFiles = { roots: [rootA], signer: a, chain: [a, rootA] };
const renewed: SetOfFiles = { roots: [rootA], signer: a2, chain: [a2, rootA] };
const unit = { fleet, mesh, unit: 'west', controlPlanes: ['west'] };
const objects = { root: 'root-cert', cert: 'ca-cert', key: 'ca-key', chain: 'cert-chain' };
/** A driver that looks for new versions so seldom that only new pods get them. */
const seldom = { ...settings, csiPollInterval: 600_000 };

let running: Mesh;
afterEach(() => running.close());

describe('a volume of the CSI driver', () => {
  test('is synced when every replica has mounted all four versions', async () => {
    running = await startMesh(s0);
    const versions = running.put('kv-west', renewed);
    const { pods } = await awaitSynced(running.world, { ...unit, versions, limit: 20 });
    expect(pods).toHaveLength(2);
    expect(pods[0]).toMatch(/^west\/istiod-asm-1-30-/);
  });

  test('is not synced by three of four: the wait ends with the object that is old', async () => {
    running = await startMesh(s0, [{ settings: seldom }]);
    const { store } = running.vault('kv-west');
    const [root, chain, cert] = [store.get('root-cert'), store.get('cert-chain'), store.get('ca-cert')];
    const { version: key } = store.set('ca-key', keyPem(a.key));
    const versions = { root: root.version, chain: chain.version, cert: cert.version, key };
    const ended = awaitSynced(running.world, { ...unit, versions, limit: 2 });
    await expect(ended).rejects.toMatchObject({ code: 'SYNC_TIMED_OUT' });
    await expect(ended).rejects.toThrow(/: old version of ca-key/);
  });

  test('is not waited for in vain where somebody has written newer versions: that is named', async () => {
    running = await startMesh(s0);
    const versions = running.put('kv-west', renewed);
    const newer = running.put('kv-west', s0);
    const ended = awaitSynced(running.world, { ...unit, versions, limit: 20 });
    await expect(ended).rejects.toMatchObject({
      code: 'SOURCE_CHANGED_BY_OTHER',
      details: { found: expect.stringContaining(`key ${newer.key}`) as string },
    });
  });

  test('is waited for in a revision that is installed meanwhile', async () => {
    running = await startMesh(s0, [{ settings: seldom }]);
    const west = running.clusters.get('west');
    const versions = running.put('kv-west', renewed);
    const synced = awaitSynced(running.world, { ...unit, versions, limit: 30 });
    const home = { fleet, mesh, cluster: 'west' };
    expect(await running.world.controlPlanes(home)).toHaveLength(1);
    const old = west?.cluster.store.list('pods', istioNamespace) ?? [];
    if (west !== undefined) addRevision(west, 'asm-1-31');
    await eventually(async () => expect(await running.world.controlPlanes(home)).toHaveLength(2));
    for (const { metadata } of old) west?.cluster.store.remove('pods', istioNamespace, metadata.name);
    const { pods } = await synced;
    expect(pods.filter((pod) => pod.includes('asm-1-31'))).toHaveLength(2);
  });

  test('is not waited for where the driver does not rotate', async () => {
    running = await startMesh(s0, [{}], ({ cluster: { store } }) => {
      store.change('daemonsets', 'kube-system', 'aks-secrets-store-csi-driver', (object) =>
        withText(object, '--enable-secret-rotation=true', '--enable-secret-rotation=false'),
      );
    });
    const versions = running.put('kv-west', renewed);
    await expect(awaitSynced(running.world, { ...unit, versions, limit: 20 })).rejects.toMatchObject({
      code: 'CSI_ROTATION_OFF',
    });
  });
});

describe('a volume that is a Secret', () => {
  const secret = ({ roots, chain, signer }: SetOfFiles) => ({
    'root-cert.pem': encoded(roots.map(({ cert }) => cert.pem).join('')),
    'cert-chain.pem': encoded(chain.map(({ cert }) => cert.pem).join('')),
    'ca-cert.pem': encoded(signer.cert.pem),
    'ca-key.pem': encoded(keyPem(signer.key)),
  });
  const start = () =>
    startMesh(s0, [{ objects }], ({ cluster: { store } }) => {
      store.change('deployments', istioNamespace, 'istiod-asm-1-30', fromSecret);
      store.create('secrets', {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'cacerts', namespace: istioNamespace },
        data: secret(s0),
      });
    });

  test('is synced when the Secret holds the very set of the source', async () => {
    running = await start();
    const versions = running.put('kv-west', renewed);
    const synced = awaitSynced(running.world, { ...unit, versions, limit: 20 });
    running.clusters.get('west')?.cluster.store.change('secrets', istioNamespace, 'cacerts', (object) => ({
      ...object,
      data: secret(renewed),
    }));
    expect((await synced).pods).toHaveLength(2);
  });

  test('is not synced by the old one: the wait ends with the file', async () => {
    running = await start();
    const versions = running.put('kv-west', renewed);
    await expect(awaitSynced(running.world, { ...unit, versions, limit: 1 })).rejects.toThrow(
      /old cert-chain.pem/,
    );
  });
});

function encoded(text: string): string {
  return Buffer.from(text).toString('base64');
}

function withText(object: KubeObject, from: string, to: string): KubeObject {
  return JSON.parse(JSON.stringify(object).replaceAll(from, to)) as KubeObject;
}

/** The Deployment with a Secret in place of the CSI volume. */
function fromSecret(object: KubeObject): KubeObject {
  const text = JSON.stringify(object).replace(/"csi":\{.*?\}\}/, '"secret":{"secretName":"cacerts"}');
  return JSON.parse(text) as KubeObject;
}
