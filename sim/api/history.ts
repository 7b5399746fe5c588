import type { KubeObject, StoreEvent } from '../world.ts';

/** A store event with what a watch needs to tell who left its selection. */
export interface RecordedEvent extends StoreEvent {
  readonly resource: string;
  readonly version: number;
  readonly previous?: KubeObject;
}

/** The newest events of a cluster, as etcd keeps them until it is compacted. */
export class History {
  readonly #limit: number;
  #events: RecordedEvent[] = [];
  /** The newest version whose event is gone: what was there before it is not known any more. */
  #forgotten = 0;
  /** A watch may start from it, not from before it. */
  #served = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(event: RecordedEvent): void {
    this.#events.push(event);
    // Trimmed by halves, so that an append stays cheap.
    if (this.#events.length > this.#limit * 2) this.compact(this.#limit);
  }

  /** What watches are served from an API server loses as it ends; what etcd keeps, such as pages of a list, it does not. */
  restarted(version: number): void {
    this.#served = version;
  }

  /** Events of a resource after a version; undefined where some of them are no longer served (410 Expired). */
  after(resource: string, version: number): readonly RecordedEvent[] | undefined {
    if (version < this.oldestServed) return undefined;
    return this.#since(resource, version);
  }

  /** The objects of a resource as they were at a version that is known, by what they are now. */
  at(resource: string, version: number, now: readonly KubeObject[]): readonly KubeObject[] {
    const objects = new Map(now.map((object) => [object.metadata.uid, object]));
    for (const { object, previous } of this.#since(resource, version).toReversed()) {
      if (previous === undefined) objects.delete(object.metadata.uid);
      else objects.set(object.metadata.uid, previous);
    }
    return [...objects.values()];
  }

  /** Forgets all but the newest `keep` events. */
  compact(keep: number): void {
    const kept = keep === 0 ? [] : this.#events.slice(-keep);
    const last = this.#events.at(-kept.length - 1);
    if (last !== undefined && kept.length < this.#events.length) this.#forgotten = last.version;
    this.#events = kept;
  }

  get oldest(): number {
    return this.#forgotten;
  }

  get oldestServed(): number {
    return Math.max(this.#forgotten, this.#served);
  }

  #since(resource: string, version: number): readonly RecordedEvent[] {
    return this.#events.filter((event) => event.resource === resource && event.version > version);
  }
}
