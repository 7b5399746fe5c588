import { isDeepStrictEqual } from 'node:util';
import type { KubeObject, ObjectStore } from '../world.ts';
import { nodeOf } from './faults.ts';
import type { FetchedObject } from './fetch.ts';
import type { SyncedSecret } from './provider-class.ts';

const statuses = 'secretproviderclasspodstatuses';

/** `<pod>-<namespace>-<class>`, as the driver names it. */
function statusName(pod: KubeObject, providerClass: string): string {
  return `${pod.metadata.name}-${pod.metadata.namespace ?? ''}-${providerClass}`;
}

/** Writes the SecretProviderClassPodStatus: which versions this pod has mounted. */
export function writeStatus(
  store: ObjectStore,
  pod: KubeObject,
  providerClass: string,
  objects: readonly FetchedObject[],
): void {
  const { namespace, uid, name } = pod.metadata;
  const status = {
    mounted: true,
    podName: name,
    secretProviderClassName: providerClass,
    targetPath: `/var/lib/kubelet/pods/${uid}/volumes/kubernetes.io~csi/cacerts/mount`,
    objects: objects
      .map(({ objectName, version }) => ({ id: `secret/${objectName}`, version }))
      .sort((a, b) => (a.id < b.id ? -1 : 1)),
  };
  const own = statusName(pod, providerClass);
  const old = store.get(statuses, namespace, own);
  if (old !== undefined) {
    if (!isDeepStrictEqual(old['status'], status)) {
      store.change(statuses, namespace, own, (object) => ({ ...object, status }));
    }
    return;
  }
  store.create(statuses, {
    apiVersion: 'secrets-store.csi.x-k8s.io/v1',
    kind: 'SecretProviderClassPodStatus',
    metadata: {
      name: own,
      ...(namespace === undefined ? {} : { namespace }),
      labels: { 'internal.secrets-store.csi.k8s.io/node-name': nodeOf(pod) },
      ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name, uid }],
    },
    status,
  });
}

export function removeStatus(store: ObjectStore, pod: KubeObject, providerClass: string): void {
  store.remove(statuses, pod.metadata.namespace, statusName(pod, providerClass));
}

/** Makes the synced Secret what the files are; whatever somebody wrote into it by hand is lost. */
export function syncSecret(
  store: ObjectStore,
  namespace: string | undefined,
  secret: SyncedSecret,
  objects: readonly FetchedObject[],
): void {
  const data = Object.fromEntries(
    secret.data.map(({ key, objectName }) => {
      const text = objects.find(({ file }) => file === objectName)?.text ?? '';
      return [key, Buffer.from(text).toString('base64')];
    }),
  );
  const old = store.get('secrets', namespace, secret.secretName);
  if (old !== undefined) {
    if (isDeepStrictEqual(old['data'], data)) return;
    store.change('secrets', namespace, secret.secretName, (object) => ({ ...object, data }));
    return;
  }
  store.create('secrets', {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: secret.secretName,
      ...(namespace === undefined ? {} : { namespace }),
      labels: { 'secrets-store.csi.k8s.io/managed': 'true' },
    },
    type: secret.type,
    data,
  });
}

/** The event of a sync that failed after the mount; one a pod, counted up. */
export function tellRotationFailed(store: ObjectStore, pod: KubeObject, message: string): void {
  const { namespace = '', name, uid } = pod.metadata;
  const eventName = `${name}.mount-rotation-failed`;
  const lastTimestamp = new Date().toISOString();
  const again = store.change('events', namespace, eventName, (old) => ({
    ...old,
    message,
    lastTimestamp,
    count: typeof old['count'] === 'number' ? old['count'] + 1 : 1,
  }));
  if (again !== undefined) return;
  store.create('events', {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: eventName, namespace },
    type: 'Warning',
    reason: 'MountRotationFailed',
    message,
    involvedObject: { apiVersion: 'v1', kind: 'Pod', namespace, name, uid },
    source: { component: 'csi-secrets-store-rotation' },
    firstTimestamp: lastTimestamp,
    lastTimestamp,
    count: 1,
  });
}
