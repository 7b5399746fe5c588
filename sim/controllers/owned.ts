import { createHash, randomInt } from 'node:crypto';
import { now } from '../api/store.ts';
import type { KubeObject, NewObject, ObjectStore, OwnerReference } from '../world.ts';
import { controllerOf } from './views.ts';

/** The objects of a resource that the owner controls, oldest first. */
export function ownedBy(store: ObjectStore, resource: string, owner: KubeObject): readonly KubeObject[] {
  return store
    .list(resource, owner.metadata.namespace)
    .filter((object) => controllerOf(object)?.uid === owner.metadata.uid);
}

export function ownerReference({ apiVersion, kind, metadata: { name, uid } }: KubeObject): OwnerReference {
  return { apiVersion, kind, name, uid, controller: true };
}

/** A hash of a pod template, as in the names of ReplicaSets and revisions. */
export function templateHash(template: unknown): string {
  return createHash('sha256').update(JSON.stringify(template)).digest('hex').slice(0, 10);
}

/** Five characters of the alphabet that Kubernetes takes for generated names (no vowels, no look-alikes). */
export function randomSuffix(): string {
  const alphabet = 'bcdfghjklmnpqrstvwxz2456789';
  return Array.from({ length: 5 }, () => alphabet.charAt(randomInt(alphabet.length))).join('');
}

interface Template {
  readonly metadata: {
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>> | undefined;
  };
  readonly spec: Readonly<Record<string, unknown>>;
}

/** A pod of a controller, from its template. */
export function podFrom(
  owner: KubeObject,
  template: Template,
  {
    name,
    labels = {},
    spec = {},
  }: {
    readonly name: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly spec?: Readonly<Record<string, unknown>>;
  },
): NewObject {
  const { annotations } = template.metadata;
  return {
    ...{ apiVersion: 'v1', kind: 'Pod' },
    metadata: {
      name,
      namespace: owner.metadata.namespace ?? '',
      labels: { ...template.metadata.labels, ...labels },
      ...(annotations === undefined ? {} : { annotations }),
      ownerReferences: [ownerReference(owner)],
    },
    spec: { ...template.spec, ...spec },
  };
}

/** Writes a status, with the generation that it is about. */
export function setStatus(
  store: ObjectStore,
  resource: string,
  { metadata: { namespace, name, generation } }: KubeObject,
  status: Readonly<Record<string, unknown>>,
): void {
  store.change(resource, namespace, name, (object) => ({
    ...object,
    status: { ...status, observedGeneration: generation },
  }));
}

export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False';
  readonly reason?: string;
  readonly message?: string;
}

interface OldCondition {
  readonly type: string;
  readonly status: string;
  readonly [field: string]: unknown;
}

/** Conditions with the instants of the old ones where nothing changed. */
export function withInstants(
  conditions: readonly Condition[],
  old: readonly OldCondition[],
): readonly unknown[] {
  return conditions.map((condition) => {
    const before = old.find(({ type }) => type === condition.type);
    const same = before?.status === condition.status;
    if (same && before['reason'] === condition.reason && before['message'] === condition.message)
      return before;
    return {
      ...condition,
      lastUpdateTime: now(),
      lastTransitionTime: same ? before['lastTransitionTime'] : now(),
    };
  });
}
