import type { KubeObject } from '../world.ts';
import { existing, isDryRun, type Call } from './call.ts';
import { createFrom } from './create.ts';
import { clientMetadata, readBody, readObject, type Incoming } from './incoming.ts';
import { isApply, patched } from './patch.ts';
import { ApiError, conflict, notFound } from './status.ts';

/** Replaces an object by the body; 409 where the resourceVersion in it is not the newest. */
export function update(call: Call): KubeObject {
  return replace(call, existing(call), readBody(call.body));
}

/** Changes an object by a patch, of any of the four types; an apply creates it where it is missing. */
export function patch(call: Call): KubeObject {
  const { cluster, type, namespace, name = '' } = call;
  const old = cluster.store.get(type.resource, namespace, name);
  if (isApply(call) && old === undefined) {
    return createFrom(call, readObject(type, patched(call, { metadata: { name } })));
  }
  if (old === undefined) throw notFound(type, name);
  return replace(call, old, patched(call, old));
}

function replace(call: Call, old: KubeObject, value: unknown): KubeObject {
  const { cluster, type, namespace, subresource } = call;
  const { metadata, ...fields } = readObject(type, value);
  requireSame(call, old, metadata);
  // On its own path the status is all that is written; on the main one it is all that is not.
  const statusOnly = subresource === 'status';
  const status = statusOnly || type.custom ? fields['status'] : old['status'];
  const next: KubeObject = {
    ...(statusOnly ? old : fields),
    ...(status === undefined ? {} : { status }),
    ...{ apiVersion: old.apiVersion, kind: old.kind },
    metadata: statusOnly ? old.metadata : { ...fixedMetadata(old), ...clientMetadata(metadata) },
  };
  if (isDryRun(call)) return next;
  return cluster.store.change(type.resource, namespace, old.metadata.name, () => next) ?? next;
}

function requireSame({ type }: Call, old: KubeObject, given: Incoming['metadata']): void {
  const { name, uid, resourceVersion } = old.metadata;
  if (given.name !== undefined && given.name !== name) {
    const message = `the name of the object (${given.name}) does not match the name on the URL (${name})`;
    throw new ApiError('BadRequest', message);
  }
  if (given.resourceVersion && given.resourceVersion !== resourceVersion) throw conflict(type, name);
  if (given.uid && given.uid !== uid) {
    const why = `Precondition failed: UID in precondition: ${given.uid}, UID in object meta: ${uid}`;
    throw conflict(type, name, why);
  }
}

function fixedMetadata({ metadata }: KubeObject): KubeObject['metadata'] {
  const { name, namespace, uid, resourceVersion, generation, creationTimestamp, deletionTimestamp } =
    metadata;
  return {
    ...{ name, uid, resourceVersion, creationTimestamp },
    ...(namespace === undefined ? {} : { namespace }),
    ...(generation === undefined ? {} : { generation }),
    ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
  };
}
