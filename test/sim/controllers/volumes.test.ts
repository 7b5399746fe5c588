import { expect, onTestFinished, test, vi } from 'vitest';
import { createCluster } from '../../../sim/api/cluster.ts';
import { FileSet } from '../../../sim/controllers/file-set.ts';
import type { NewObject, VolumeMounter, Volumes } from '../../../sim/world.ts';
import { FakeProgram } from '../../support/fake-program.ts';
import { quickSettings } from '../../support/served-cluster.ts';
import { eventually } from '../../support/eventually.ts';

/** A cluster that keeps the volumes each pod was started with. */
function cluster(mounters: Record<string, VolumeMounter> = {}) {
  const volumes = new Map<string, Volumes>();
  const made = createCluster({
    ...{ name: 'east', settings: quickSettings, mounters },
    programs: (pod, mounted) => {
      volumes.set(pod.metadata.name, mounted);
      return new FakeProgram(pod);
    },
  });
  made.start();
  onTestFinished(() => made.stop());
  const pod = (name: string, volume: Record<string, unknown>) =>
    made.store.create('pods', {
      ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'shop' } },
      spec: { containers: [{ name: 'main' }], volumes: [{ name: 'files', ...volume }] },
    });
  const read = (name: string, file: string) => volumes.get(name)?.['files']?.read(file);
  return { ...made, pod, read, volumes };
}

const configMap = (data: Record<string, string>): NewObject => ({
  ...{
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'istio-ca-root-cert', namespace: 'shop' },
    data,
  },
});

test('a pod waits with FailedMount until its ConfigMap is there', async () => {
  const { store, pod, read } = cluster();
  pod('proxy', { configMap: { name: 'istio-ca-root-cert' } });
  await eventually(() =>
    expect(store.list('events', 'shop')).toMatchObject([
      {
        reason: 'FailedMount',
        message: 'MountVolume.SetUp failed: configmap "istio-ca-root-cert" not found',
      },
    ]),
  );
  expect(store.get('pods', 'shop', 'proxy')).toMatchObject({ status: { phase: 'Pending' } });
  store.create('configmaps', configMap({ 'root-cert.pem': 'A' }));
  await eventually(() => expect(read('proxy', 'root-cert.pem')).toBe('A'));
});

test('a changed ConfigMap is seen by the pod after a while, as one swap', async () => {
  const { store, pod, read, volumes } = cluster();
  store.create('configmaps', configMap({ a: '1', b: '1' }));
  pod('proxy', { configMap: { name: 'istio-ca-root-cert' } });
  await eventually(() => expect(read('proxy', 'a')).toBe('1'));
  const seen: string[] = [];
  volumes
    .get('proxy')
    ?.['files']?.onChange(() => seen.push(`${read('proxy', 'a') ?? ''}${read('proxy', 'b') ?? ''}`));
  store.change('configmaps', 'shop', 'istio-ca-root-cert', (map) => ({ ...map, data: { a: '2', b: '2' } }));
  expect(read('proxy', 'a')).toBe('1');
  await eventually(() => expect(seen).toEqual(['22']));
});

test('a Secret is decoded, and its items are named as asked', async () => {
  const { store, pod, read } = cluster();
  const metadata = { name: 'cacerts', namespace: 'shop' };
  store.create('secrets', {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata,
    stringData: { key: 'text', other: 'x' },
  });
  pod('istiod', { secret: { secretName: 'cacerts', items: [{ key: 'key', path: 'ca-key.pem' }] } });
  await eventually(() => expect(read('istiod', 'ca-key.pem')).toBe('text'));
  expect(read('istiod', 'other')).toBeUndefined();
});

test('a projected token is good for its audience', async () => {
  const { tokens, pod, read } = cluster();
  pod('proxy', {
    projected: {
      sources: [
        { serviceAccountToken: { audience: 'istio-ca', expirationSeconds: 600, path: 'istio-token' } },
      ],
    },
  });
  await eventually(() => expect(read('proxy', 'istio-token')).toBeDefined());
  expect(tokens.review(read('proxy', 'istio-token') ?? '', 'istio-ca')).toMatchObject({
    ...{ authenticated: true, serviceAccount: 'default' },
  });
});

test('a projected token that cannot be renewed stays as it is, and is asked for again', async () => {
  const { tokens, store, pod, read } = cluster();
  pod('proxy', {
    projected: { sources: [{ serviceAccountToken: { expirationSeconds: 1, path: 'token' } }] },
  });
  const first = await eventually(() => {
    const token = read('proxy', 'token');
    expect(token).toBeDefined();
    return token;
  });
  const failing = vi.spyOn(tokens, 'mint').mockImplementation(() => {
    throw new Error('the API server is away');
  });
  const warning = { reason: 'FailedMount', message: 'the API server is away' };
  await eventually(() => expect(store.list('events', 'shop')).toMatchObject([warning]));
  expect(read('proxy', 'token')).toBe(first);
  failing.mockRestore();
  await eventually(() => expect(read('proxy', 'token')).not.toBe(first));
});

test('the volume of a driver is closed when its pod is gone', async () => {
  const files = new FileSet({ 'ca-key.pem': 'x' });
  const closed = vi.fn();
  files.onClose(closed);
  const { store, kubelet, pod, read } = cluster({ csi: () => Promise.resolve(files) });
  pod('istiod', { csi: { driver: 'secrets-store.csi.k8s.io' } });
  await eventually(() => expect(read('istiod', 'ca-key.pem')).toBe('x'));
  store.remove('pods', 'shop', 'istiod');
  await eventually(() => expect(closed).toHaveBeenCalledOnce());
  expect(kubelet.runner('shop', 'istiod')).toBeUndefined();
});
