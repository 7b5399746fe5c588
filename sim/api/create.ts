import { randomSuffix } from '../controllers/owned.ts';
import type { KubeObject } from '../world.ts';
import { isDryRun, type Call } from './call.ts';
import { clientMetadata, readBody, readObject, type Incoming } from './incoming.ts';
import { alreadyExists, ApiError, notFound } from './status.ts';

/** Creates what the body holds; 404 without its namespace, 409 where the name is taken. */
export function create(call: Call): KubeObject {
  return createFrom(call, readObject(call.type, readBody(call.body)));
}

export function createFrom(call: Call, object: Incoming): KubeObject {
  const { cluster, type, namespace } = call;
  const { generateName, resourceVersion } = object.metadata;
  const name = object.metadata.name ?? (generateName && `${generateName}${randomSuffix()}`);
  if (!name) {
    const message = `${type.kind} "" is invalid: metadata.name: Required value: name or generateName is required`;
    throw new ApiError('Invalid', message, { kind: type.kind, group: type.group });
  }
  if (resourceVersion) {
    throw new ApiError('BadRequest', 'resourceVersion should not be set on objects to be created');
  }
  if (type.namespaced) requireNamespace(call, object);
  if (cluster.store.get(type.resource, namespace, name)) throw alreadyExists(type, name);
  const { status, ...rest } = object;
  const created = {
    ...rest,
    // The status is a controller's to write; a custom resource without the subresource keeps its own.
    ...(type.custom && status !== undefined ? { status } : {}),
    ...{ apiVersion: object.apiVersion ?? '', kind: type.kind },
    metadata: { name, ...(namespace === undefined ? {} : { namespace }), ...clientMetadata(object.metadata) },
  };
  if (isDryRun(call)) {
    const unborn = { uid: '', resourceVersion: '', creationTimestamp: '' };
    return { ...created, metadata: { ...created.metadata, ...unborn } };
  }
  return cluster.store.create(type.resource, created);
}

function requireNamespace({ cluster, namespace = '' }: Call, { metadata }: Incoming): void {
  if (metadata.namespace !== undefined && metadata.namespace !== namespace) {
    const message = 'the namespace of the provided object does not match the namespace sent on the request';
    throw new ApiError('BadRequest', message);
  }
  if (!cluster.store.get('namespaces', undefined, namespace)) {
    throw notFound({ resource: 'namespaces', group: '' }, namespace);
  }
}
