import { isDeepStrictEqual } from 'node:util';
import type { ResourceType } from '../../sim/api/resources.ts';
import { apiVersionOf } from '../../sim/api/resources.ts';
import type { KubeObject, NewObject } from '../../sim/world.ts';
import type { Call } from './client.ts';
import { pathOf } from './objects.ts';

/** A write that is under way. It is judged anew by what the server has at the moment. */
export interface Write {
  /** What the object is once this is done. */
  readonly apply: (state: KubeObject | undefined) => KubeObject | undefined;
  /** What is to be asked for; undefined where nothing is left to be done. */
  readonly call: (state: KubeObject | undefined) => Call | undefined;
}

export function creation(type: ResourceType, object: NewObject): Write {
  const kind = { apiVersion: apiVersionOf(type), kind: type.kind };
  const unborn: KubeObject = {
    ...{ ...object, ...kind },
    metadata: {
      ...{ ...object.metadata, uid: '', resourceVersion: '' },
      creationTimestamp: new Date().toISOString(),
    },
  };
  const path = pathOf(type, object.metadata.namespace);
  return {
    apply: (state) => state ?? unborn,
    call: () => ({ method: 'POST', path, body: { ...object, ...kind } }),
  };
}

/** @param uid of the object that is meant: another of its name is left alone; empty for one that is being created */
export function change(type: ResourceType, uid: string, changed: (object: KubeObject) => KubeObject): Write {
  const isMeant = (state: KubeObject): boolean => uid === '' || state.metadata.uid === uid;
  return {
    apply: (state) => state && (isMeant(state) ? changed(state) : state),
    call: (state) => {
      if (state === undefined || !isMeant(state)) return undefined;
      const body = changed(state);
      if (isDeepStrictEqual(body, state)) return undefined;
      const status = type.resource === 'pods' ? '/status' : '';
      return { method: 'PUT', path: `${pathOfOne(type, state)}${status}`, body };
    },
  };
}

/** As kubelet removes a pod: at once, whatever was left of its time to end. */
export function removal(type: ResourceType, uid: string): Write {
  const isMeant = (state: KubeObject | undefined): boolean => state?.metadata.uid === uid;
  return {
    apply: (state) => (isMeant(state) ? undefined : state),
    call: (state) => {
      if (state === undefined || !isMeant(state)) return undefined;
      const options = { apiVersion: 'v1', kind: 'DeleteOptions', gracePeriodSeconds: 0 };
      return { method: 'DELETE', path: pathOfOne(type, state), body: { ...options, preconditions: { uid } } };
    },
  };
}

export function pathOfOne(
  type: ResourceType,
  { metadata: { namespace, name } }: { readonly metadata: { namespace?: string; name: string } },
): string {
  return `${pathOf(type, namespace)}/${name}`;
}
