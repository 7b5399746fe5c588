import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Store } from '../../../sim/api/store.ts';
import { csiMounter } from '../../../sim/csi/mounter.ts';
import { createVault, type SimVault } from '../../../sim/key-vault/vault.ts';
import { caFiles, makeMeshCa } from '../../../sim/new-ca.ts';
import type { MountedFiles, VolumeMounter } from '../../../sim/world.ts';
import { cacertsVolume, createPod, createProviderClass, plugIn } from '../../support/csi-world.ts';
import { eventually } from '../../support/eventually.ts';

const namespace = 'aks-istio-system';
const a = makeMeshCa({ generation: 'A', units: ['aks-1'] });
const b = makeMeshCa({ generation: 'B', units: ['aks-1'] });
const [filesA, filesB] = [caFiles(a, 'aks-1'), caFiles(b, 'aks-1')];

describe('the secrets store CSI driver', () => {
  let vault: SimVault;
  let store: Store;
  let mounted: MountedFiles[];

  beforeEach(() => {
    vault = createVault({ name: 'kv-a' });
    store = new Store();
    createProviderClass(store, 'kv-a');
    plugIn(vault, a, 'aks-1');
    mounted = [];
  });

  afterEach(() => {
    for (const volume of mounted) volume.close?.();
  });

  function mounter(settings: { csiPollInterval?: number; csiObjectDelay?: number } = {}): VolumeMounter {
    const all = { csiPollInterval: 20, csiObjectDelay: 1, seed: 1, ...settings };
    const mount = csiMounter({ vaults: [vault], store: () => store, settings: all });
    return async (pod, volume) => {
      const files = await mount(pod, volume);
      mounted.push(files);
      return files;
    };
  }

  it('mounts the four objects under their aliases', async () => {
    const volume = await mounter()(createPod(store, 'istiod-1'), cacertsVolume);
    expect(volume.read('root-cert.pem')).toBe(filesA.root);
    expect(volume.read('ca-cert.pem')).toBe(filesA.cert);
    expect(volume.read('ca-key.pem')).toBe(filesA.key);
    expect(volume.read('cert-chain.pem')).toBe(filesA.chain);
    expect(volume.read('other')).toBeUndefined();
  });

  it('tells which version of each object a pod has mounted', async () => {
    await mounter()(createPod(store, 'istiod-1'), cacertsVolume);
    const name = 'istiod-1-aks-istio-system-istio-spc-asm-1-30';
    const status = store.get('secretproviderclasspodstatuses', namespace, name);
    expect(status?.['status']).toMatchObject({
      mounted: true,
      podName: 'istiod-1',
      secretProviderClassName: 'istio-spc-asm-1-30',
      objects: ['ca-cert', 'ca-key', 'cert-chain', 'root-cert'].map((object) => ({
        id: `secret/${object}`,
        version: vault.store.get(object).version,
      })),
    });
  });

  it('keeps Secret cacerts equal to the files, whatever is written into it by hand', async () => {
    await mounter()(createPod(store, 'istiod-1'), cacertsVolume);
    const data = { 'root-cert.pem': Buffer.from('by hand').toString('base64') };
    store.change('secrets', namespace, 'cacerts', (secret) => ({ ...secret, data }));
    await eventually(() => {
      const secret = store.get('secrets', namespace, 'cacerts');
      expect(secret?.metadata.labels).toEqual({ 'secrets-store.csi.k8s.io/managed': 'true' });
      expect(secret?.['data']).toMatchObject({
        'root-cert.pem': Buffer.from(filesA.root).toString('base64'),
        'ca-key.pem': Buffer.from(filesA.key).toString('base64'),
      });
    });
  });

  it('brings new versions into every pod, and swaps all files at once', async () => {
    const mount = mounter();
    const first = await mount(createPod(store, 'istiod-1'), cacertsVolume);
    const second = await mount(createPod(store, 'istiod-2'), cacertsVolume);
    const files = () =>
      ['root-cert.pem', 'ca-cert.pem', 'ca-key.pem', 'cert-chain.pem'].map((file) => first.read(file));
    const swaps: (string | undefined)[][] = [];
    first.onChange(() => swaps.push(files()));
    plugIn(vault, b, 'aks-1');
    await eventually(() => {
      expect(first.read('ca-cert.pem')).toBe(filesB.cert);
      expect(second.read('ca-cert.pem')).toBe(filesB.cert);
    });
    // A sync that was under way may bring some objects early; what is seen between two swaps never changes.
    expect(swaps.at(-1)).toEqual(files());
  });

  it('mounts a torn set where objects change while it reads them one by one', async () => {
    const read = vault.read.bind(vault);
    vi.spyOn(vault, 'read').mockImplementationOnce(async (...object) => {
      const first = await read(...object);
      plugIn(vault, b, 'aks-1');
      return first;
    });
    const volume = await mounter({ csiPollInterval: 60_000 })(createPod(store, 'istiod-1'), cacertsVolume);
    expect(volume.read('root-cert.pem')).toBe(filesA.root);
    expect(volume.read('ca-cert.pem')).toBe(filesB.cert);
  });

  it('keeps the files while the vault refuses, tells it in an event and goes on afterwards', async () => {
    const volume = await mounter()(createPod(store, 'istiod-1'), cacertsVolume);
    const mend = vault.faults.add({ matches: () => true, effect: { kind: 'status', status: 403 } });
    plugIn(vault, b, 'aks-1');
    await eventually(() => {
      const [event] = store.list('events', namespace);
      expect(event).toMatchObject({ reason: 'MountRotationFailed', type: 'Warning' });
      expect(event?.['message']).toContain('StatusCode=403');
    });
    expect(volume.read('ca-cert.pem')).toBe(filesA.cert);
    mend();
    await eventually(() => expect(volume.read('ca-cert.pem')).toBe(filesB.cert));
  });

  it('fails the first mount in the words of FailedMount', async () => {
    vault.store.remove('cert-chain');
    await expect(mounter()(createPod(store, 'istiod-1'), cacertsVolume)).rejects.toThrow(
      /failed to mount secrets store objects for pod aks-istio-system\/istiod-1, .* objectName:cert-chain, .*StatusCode=404 .*Code="SecretNotFound"/s,
    );
  });

  it('names the host that it cannot find where the class has another vault', async () => {
    const [spc] = store.list('secretproviderclasses', namespace);
    store.remove('secretproviderclasses', namespace, spc?.metadata.name ?? '');
    createProviderClass(store, 'kv-gone');
    await expect(mounter()(createPod(store, 'istiod-1'), cacertsVolume)).rejects.toThrow(
      'lookup kv-gone.vault.azure.net: no such host',
    );
  });

  it('takes the status away and asks no more once the volume is closed', async () => {
    const volume = await mounter({ csiPollInterval: 5 })(createPod(store, 'istiod-1'), cacertsVolume);
    volume.close?.();
    expect(store.list('secretproviderclasspodstatuses', namespace)).toEqual([]);
    const asked = vault.requests.count('GET');
    plugIn(vault, b, 'aks-1');
    const other = await mounter({ csiPollInterval: 5 })(createPod(store, 'istiod-2'), cacertsVolume);
    await eventually(() => expect(other.read('ca-cert.pem')).toBe(filesB.cert));
    expect(volume.read('ca-cert.pem')).toBe(filesA.cert);
    expect(vault.requests.count('GET')).toBeGreaterThan(asked);
    expect(store.list('secretproviderclasspodstatuses', namespace)).toHaveLength(1);
  });
});
