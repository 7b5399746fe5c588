import { queueDelay } from './queue-delay.ts';
import type { KubeObject, ObjectStore } from '../world.ts';

/** The ConfigMap by which agents trust istiod's serving certificate: the second trust plane. */
export const configMapName = 'istio-ca-root-cert';

/** Namespaces that istiod leaves alone (pkg/config/constants: IgnoredNamespaces). */
const ignored = new Set(['kube-system', 'kube-public', 'kube-node-lease', 'local-path-storage']);

/**
 * The namespace controller: keeps istio-ca-root-cert in every namespace equal to the roots of the istiod that
 * leads. Other keys of the ConfigMap are left as they are.
 */
export function keepRootConfigMaps(
  store: ObjectStore,
  rootPem: () => string,
): { readonly writeAll: () => void; readonly stop: () => void } {
  const write = (namespace: string): void => {
    const pem = rootPem();
    const found = store.get('configmaps', namespace, configMapName);
    if (found === undefined) {
      store.create('configmaps', {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: configMapName, namespace, labels: { 'istio.io/config': 'true' } },
        data: { 'root-cert.pem': pem },
      });
    } else if (rootIn(found) !== pem) {
      store.change('configmaps', namespace, configMapName, (old) => ({
        ...old,
        data: { ...fieldsOf(old['data']), 'root-cert.pem': pem },
      }));
    }
  };
  // Not at once: two istiods of different namespaces lead both, and one that answered the other would never end.
  const queued = new Map<string, NodeJS.Timeout>();
  const queue = (namespace: string): void => {
    if (queued.has(namespace)) return;
    const timer = setTimeout(() => {
      queued.delete(namespace);
      write(namespace);
    }, queueDelay);
    queued.set(namespace, timer);
  };
  const writeAll = (): void => {
    for (const { metadata } of store.list('namespaces')) {
      if (!ignored.has(metadata.name)) write(metadata.name);
    }
  };
  const stops = [
    store.watch('namespaces', ({ type, object: { metadata } }) => {
      if (type === 'ADDED' && !ignored.has(metadata.name)) write(metadata.name);
    }),
    store.watch('configmaps', ({ object: { metadata } }) => {
      const { name, namespace } = metadata;
      if (name === configMapName && namespace !== undefined && !ignored.has(namespace)) queue(namespace);
    }),
  ];
  writeAll();
  return {
    writeAll,
    stop: () => {
      for (const stop of stops) stop();
      for (const timer of queued.values()) clearTimeout(timer);
    },
  };
}

/** What a ConfigMap has under root-cert.pem. */
export function rootIn(configMap: KubeObject): string | undefined {
  const value = fieldsOf(configMap['data'])['root-cert.pem'];
  return typeof value === 'string' ? value : undefined;
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
