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
  /** The newest version whose event is gone: a watch may start from it, not from before it. */
  #forgotten = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(event: RecordedEvent): void {
    this.#events.push(event);
    // Trimmed by halves, so that an append stays cheap.
    if (this.#events.length > this.#limit * 2) this.compact(this.#limit);
  }

  /** Events of a resource after a version; undefined where some of them are no longer known (410 Expired). */
  after(resource: string, version: number): readonly RecordedEvent[] | undefined {
    if (version < this.#forgotten) return undefined;
    return this.#events.filter((event) => event.resource === resource && event.version > version);
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
}
