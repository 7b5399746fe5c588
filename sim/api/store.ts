import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { KubeObject, NewObject, ObjectStore, StoreEvent } from '../world.ts';
import { withDefaults } from './defaults.ts';
import { deepFreeze } from './freeze.ts';
import { History, type RecordedEvent } from './history.ts';

export interface StoreOptions {
  /** How many events a watch can go back; 2000 by default. */
  readonly history?: number;
}

/** An object of that name is there already: what the API server answers as 409 AlreadyExists. */
export class AlreadyExists extends Error {
  override readonly name = 'AlreadyExists';

  constructor(resource: string, name: string) {
    super(`${resource} "${name}" already exists`);
  }
}

/** The etcd of one simulated cluster. Every object in and out of it is deeply frozen. */
export class Store implements ObjectStore {
  readonly history: History;
  readonly #resources = new Map<string, Map<string, KubeObject>>();
  readonly #listeners = new Map<string, Set<(event: RecordedEvent) => void>>();
  readonly #pending: RecordedEvent[] = [];
  #delivering = false;
  #version = 1;

  constructor({ history = 2000 }: StoreOptions = {}) {
    this.history = new History(history);
  }

  /** The newest resourceVersion of the cluster. */
  get version(): number {
    return this.#version;
  }

  /** Plural names of all resources that have ever had an object. */
  resources(): readonly string[] {
    return [...this.#resources.keys()];
  }

  get(resource: string, namespace: string | undefined, name: string): KubeObject | undefined {
    return this.#resources.get(resource)?.get(key(namespace, name));
  }

  list(resource: string, namespace?: string): readonly KubeObject[] {
    const all = [...(this.#resources.get(resource)?.values() ?? [])];
    return namespace === undefined ? all : all.filter(({ metadata }) => metadata.namespace === namespace);
  }

  /** Throws AlreadyExists where the name is taken. */
  create(resource: string, object: NewObject): KubeObject {
    const { name, namespace } = object.metadata;
    if (this.get(resource, namespace, name) !== undefined) throw new AlreadyExists(resource, name);
    const given = withDefaults(resource, structuredClone(object));
    const created: KubeObject = {
      ...given,
      metadata: {
        ...given.metadata,
        uid: randomUUID(),
        resourceVersion: '',
        creationTimestamp: now(),
        ...('spec' in given ? { generation: 1 } : {}),
      },
    };
    return this.#put(resource, 'ADDED', created, undefined);
  }

  change(
    resource: string,
    namespace: string | undefined,
    name: string,
    change: (object: KubeObject) => KubeObject,
  ): KubeObject | undefined {
    const previous = this.get(resource, namespace, name);
    if (previous === undefined) return undefined;
    const changed = change(previous);
    if (isDeepStrictEqual(changed, previous)) return previous;
    const { uid, creationTimestamp, generation } = previous.metadata;
    const specChanged = !isDeepStrictEqual(changed['spec'], previous['spec']);
    const metadata = {
      ...changed.metadata,
      ...{ name, uid, creationTimestamp },
      ...(generation === undefined ? {} : { generation: generation + (specChanged ? 1 : 0) }),
    };
    return this.#put(resource, 'MODIFIED', { ...changed, metadata }, previous);
  }

  remove(resource: string, namespace: string | undefined, name: string): KubeObject | undefined {
    const previous = this.get(resource, namespace, name);
    return previous === undefined ? undefined : this.#put(resource, 'DELETED', previous, previous);
  }

  watch(resource: string, listener: (event: StoreEvent) => void): () => void {
    return this.watchRecorded(resource, listener);
  }

  /** As `watch`, with versions and previous states: what the watches of the API server read. */
  watchRecorded(resource: string, listener: (event: RecordedEvent) => void): () => void {
    const listeners = this.#listeners.get(resource) ?? new Set();
    this.#listeners.set(resource, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  #put(
    resource: string,
    type: StoreEvent['type'],
    state: KubeObject,
    previous: KubeObject | undefined,
  ): KubeObject {
    this.#version += 1;
    const object = deepFreeze({
      ...state,
      metadata: { ...state.metadata, resourceVersion: String(this.#version) },
    });
    const objects = this.#resources.get(resource) ?? new Map<string, KubeObject>();
    this.#resources.set(resource, objects);
    const id = key(object.metadata.namespace, object.metadata.name);
    if (type === 'DELETED') objects.delete(id);
    else objects.set(id, object);
    const event: RecordedEvent = {
      ...{ type, object, resource, version: this.#version },
      ...(previous === undefined ? {} : { previous }),
    };
    this.history.add(event);
    this.#deliver(event);
    return object;
  }

  // A listener may write: its events wait until everybody has seen the present one, so that all see one order.
  #deliver(event: RecordedEvent): void {
    this.#pending.push(event);
    if (this.#delivering) return;
    this.#delivering = true;
    try {
      for (let next = this.#pending.shift(); next !== undefined; next = this.#pending.shift()) {
        for (const listener of [...(this.#listeners.get(next.resource) ?? [])]) listener(next);
      }
    } finally {
      this.#delivering = false;
    }
  }
}

/** The instant as Kubernetes writes it: RFC 3339, whole seconds. */
export function now(at = new Date()): string {
  return at.toISOString().replace(/\.\d+Z$/, 'Z');
}

function key(namespace: string | undefined, name: string): string {
  return `${namespace ?? ''}/${name}`;
}
