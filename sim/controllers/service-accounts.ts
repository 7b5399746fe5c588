import type { ObjectStore } from '../world.ts';

/** Gives every namespace its ServiceAccount `default`, as the controller manager does. */
export function startServiceAccounts(store: ObjectStore): () => void {
  const add = (namespace: string): void => {
    if (store.get('serviceaccounts', namespace, 'default') !== undefined) return;
    const metadata = { name: 'default', namespace };
    store.create('serviceaccounts', { apiVersion: 'v1', kind: 'ServiceAccount', metadata });
  };
  for (const { metadata } of store.list('namespaces')) add(metadata.name);
  return store.watch('namespaces', ({ type, object }) => {
    if (type === 'ADDED') add(object.metadata.name);
  });
}
