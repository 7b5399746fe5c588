import { findType, type ResourceType } from '../../sim/api/resources.ts';
import { AlreadyExists } from '../../sim/api/store.ts';
import type { KubeObject, NewObject, ObjectStore, StoreEvent } from '../../sim/world.ts';
import { asError } from '../as-error.ts';
import type { ApiClient } from './client.ts';
import { Informer } from './informer.ts';
import { change, creation, removal, type Write } from './writes.ts';
import { WriteQueue } from './write-queue.ts';

/** A resource of which a store has all objects, or those that a selector of fields lets through. */
export interface Watched {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly fieldSelector?: string;
}

interface Served {
  readonly type: ResourceType;
  readonly informer: Informer;
  readonly queue: WriteQueue;
}

/**
 * The objects of a real API server for programs that expect them at hand: reads come from watches, with the own
 * writes that are under way in them; writes go out in the order in which they are made to an object, and are made
 * anew from the newest state where another was faster.
 */
export class LiveStore implements ObjectStore {
  readonly #served = new Map<string, Served>();
  readonly #end = new AbortController();
  readonly #under = new Set<Promise<void>>();
  readonly #refused = Promise.withResolvers<Error>();

  constructor(api: ApiClient, watched: readonly Watched[], tell: (line: string) => void) {
    const signal = this.#end.signal;
    for (const { group, version, resource, fieldSelector = '' } of watched) {
      const type = findType(group, version, resource);
      if (type === undefined) throw new RangeError(`no resource ${resource} in ${group}/${version}`);
      const informer = new Informer({ api, type, fieldSelector, signal, tell });
      const queue = new WriteQueue({ api, type, informer, signal, tell });
      this.#served.set(resource, { type, informer, queue });
    }
  }

  /** Settles with why the server refused a program, LAB_PROGRAM_REFUSED. */
  get failed(): Promise<Error> {
    return this.#refused.promise;
  }

  /** Resolves once all resources have been listed. Throws LAB_PROGRAM_REFUSED. */
  async start(): Promise<void> {
    const listed = [...this.#served.values()].map(
      ({ informer }) => new Promise<void>((resolve) => this.#track(informer.run(resolve))),
    );
    const refused = this.failed.then((problem) => Promise.reject(problem));
    await Promise.race([Promise.all(listed), refused]);
  }

  /** Ends all watches; writes under way are given up. */
  async stop(): Promise<void> {
    this.#end.abort();
    await Promise.all(this.#under);
  }

  get(resource: string, namespace: string | undefined, name: string): KubeObject | undefined {
    return this.#of(resource).queue.state(`${namespace ?? ''}/${name}`);
  }

  list(resource: string, namespace?: string): readonly KubeObject[] {
    const { queue } = this.#of(resource);
    const ids = queue.ids().filter((id) => namespace === undefined || id.startsWith(`${namespace}/`));
    return ids.flatMap((id) => queue.state(id) ?? []);
  }

  create(resource: string, object: NewObject): KubeObject {
    const { name, namespace } = object.metadata;
    if (this.get(resource, namespace, name) !== undefined) throw new AlreadyExists(resource, name);
    return this.#write(resource, namespace, name, creation(this.#of(resource).type, object)) ?? never();
  }

  change(
    resource: string,
    namespace: string | undefined,
    name: string,
    changed: (object: KubeObject) => KubeObject,
  ): KubeObject | undefined {
    const uid = this.get(resource, namespace, name)?.metadata.uid;
    if (uid === undefined) return undefined;
    return this.#write(resource, namespace, name, change(this.#of(resource).type, uid, changed));
  }

  remove(resource: string, namespace: string | undefined, name: string): KubeObject | undefined {
    const object = this.get(resource, namespace, name);
    if (object === undefined) return undefined;
    this.#write(resource, namespace, name, removal(this.#of(resource).type, object.metadata.uid));
    return object;
  }

  /** Calls back on what the server tells, own writes among it. */
  watch(resource: string, listener: (event: StoreEvent) => void): () => void {
    return this.#of(resource).informer.onEvent(listener);
  }

  #write(
    resource: string,
    namespace: string | undefined,
    name: string,
    write: Write,
  ): KubeObject | undefined {
    const id = `${namespace ?? ''}/${name}`;
    const { queue } = this.#of(resource);
    this.#track(queue.add(id, write));
    return queue.state(id);
  }

  #of(resource: string): Served {
    const served = this.#served.get(resource);
    if (served === undefined) throw new RangeError(`${resource} are not watched`);
    return served;
  }

  #track(work: Promise<void>): void {
    const tracked = work
      .catch((error: unknown) => this.#refused.resolve(asError(error)))
      .finally(() => this.#under.delete(tracked));
    this.#under.add(tracked);
  }
}

function never(): never {
  throw new Error('an object that was created is not there');
}
