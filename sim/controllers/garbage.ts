import type { Store } from '../api/store.ts';
import { resourceTypes } from '../api/resources.ts';
import type { KubeObject } from '../world.ts';
import { deleteObject } from './deletion.ts';

/** Deletes what a deleted owner leaves behind, and what is in a deleted namespace. */
export function startGarbageCollection(store: Store): () => void {
  const unwatch = resourceTypes.map(({ resource }) =>
    store.watch(resource, ({ type, object }) => {
      if (type !== 'DELETED') return;
      if (resource === 'namespaces')
        deleteAll(store, ({ metadata }) => metadata.namespace === object.metadata.name);
      else deleteAll(store, (other) => isOrphanOf(other, object));
    }),
  );
  return () => {
    for (const stop of unwatch) stop();
  };
}

function isOrphanOf({ metadata: { ownerReferences = [] } }: KubeObject, owner: KubeObject): boolean {
  return ownerReferences.length === 1 && ownerReferences[0]?.uid === owner.metadata.uid;
}

function deleteAll(store: Store, chosen: (object: KubeObject) => boolean): void {
  for (const resource of store.resources()) {
    for (const object of store.list(resource).filter(chosen)) deleteObject(store, resource, object);
  }
}
