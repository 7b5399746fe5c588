import type { ResourceType } from '../../sim/api/resources.ts';
import type { KubeObject, StoreEvent } from '../../sim/world.ts';
import { again } from './again.ts';
import type { ApiClient } from './client.ts';
import { pathOf, readList, readWatchEvent } from './objects.ts';
import { refusal } from './refusal.ts';

export interface InformerOptions {
  readonly api: ApiClient;
  readonly type: ResourceType;
  /** Of fields; empty for all. */
  readonly fieldSelector: string;
  readonly signal: AbortSignal;
  /** Told of what passes by itself, such as a server that is away. */
  readonly tell: (line: string) => void;
}

/** What the server has of one resource: listed once, and kept up to date by a watch. */
export class Informer {
  readonly #o: InformerOptions;
  readonly #objects = new Map<string, KubeObject>();
  readonly #listeners = new Set<(event: StoreEvent) => void>();
  readonly #broken = Promise.withResolvers<never>();
  /** Of the newest event that was taken; undefined where all are to be listed. */
  #version: string | undefined;

  constructor(options: InformerOptions) {
    this.#o = options;
    // Told by `run`, which may not have come to wait for it.
    this.#broken.promise.catch(() => undefined);
  }

  get(id: string): KubeObject | undefined {
    return this.#objects.get(id);
  }

  /** `namespace/name` of all. */
  ids(): readonly string[] {
    return [...this.#objects.keys()];
  }

  onEvent(listener: (event: StoreEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Takes over what an answer has shown, unless something newer is known. */
  observe(object: KubeObject): void {
    const id = idOf(object);
    const known = this.#objects.get(id);
    if (known === undefined || !isOlder(object, known)) this.#objects.set(id, object);
  }

  /** Takes over that an answer has shown no such object. */
  forget(id: string): void {
    this.#objects.delete(id);
  }

  /** Lists and watches until the signal; `listed` is called once. Throws LAB_PROGRAM_REFUSED, and as a listener does. */
  async run(listed: () => void): Promise<void> {
    const { signal, tell, type } = this.#o;
    const going = again(
      { signal, tell: (line) => tell(`watch of ${type.resource}: ${line}`) },
      async (): Promise<'again'> => {
        this.#version ??= await this.#list();
        listed();
        await this.#watch(this.#version);
        return 'again';
      },
    );
    await Promise.race([going, this.#broken.promise]);
  }

  async #list(): Promise<string> {
    const { api, type, fieldSelector, signal } = this.#o;
    const path = `${pathOf(type)}?${new URLSearchParams({ fieldSelector }).toString()}`;
    const { status, body } = await api.ask({ method: 'GET', path }, signal);
    // A kind that was defined a moment ago may not be served yet.
    if (status === 404) throw new Error(`${type.resource} are not served`);
    if (status !== 200) throw refusal(`list of ${type.resource}`, status, body);
    const { items, version } = readList(type, body);
    const there = new Map(items.map((object) => [idOf(object), object]));
    for (const [id, object] of this.#objects) {
      if (there.get(id)?.metadata.uid !== object.metadata.uid) this.#take({ type: 'DELETED', object });
    }
    for (const [id, object] of there) {
      const known = this.#objects.get(id);
      if (known === undefined) this.#take({ type: 'ADDED', object });
      else if (isOlder(known, object)) this.#take({ type: 'MODIFIED', object });
    }
    return version;
  }

  /** Resolves once the server has ended the watch. */
  async #watch(from: string): Promise<void> {
    const { api, type, fieldSelector, signal } = this.#o;
    const query = { watch: 'true', allowWatchBookmarks: 'true', resourceVersion: from, fieldSelector };
    const answer = await api.stream(`${pathOf(type)}?${new URLSearchParams(query).toString()}`, signal);
    if (answer.status === 410) {
      this.#version = undefined;
      return;
    }
    if (answer.status !== 200) throw refusal(`watch of ${type.resource}`, answer.status, await answer.body());
    for await (const line of answer.lines) {
      const event = readWatchEvent(line);
      if (event.type === 'ERROR') {
        this.#version = undefined;
        return;
      }
      // Before it is taken: where the watch breaks now, nothing is told anew.
      this.#version = event.object.metadata.resourceVersion;
      if (event.type !== 'BOOKMARK') this.#take(event);
    }
  }

  #take(event: StoreEvent): void {
    const { type, object } = event;
    const id = idOf(object);
    if (type !== 'DELETED') this.observe(object);
    // Another of its name may be known by now.
    else if (this.#objects.get(id)?.metadata.uid === object.metadata.uid) this.#objects.delete(id);
    for (const listener of [...this.#listeners]) {
      try {
        listener(event);
      } catch (error) {
        // No server is to blame, and a retry would hide it.
        this.#broken.reject(error);
      }
    }
  }
}

function idOf({ metadata: { namespace = '', name } }: KubeObject): string {
  return `${namespace}/${name}`;
}

/** Versions are numbers that grow with time, of all objects alike. */
function isOlder(object: KubeObject, than: KubeObject): boolean {
  return BigInt(object.metadata.resourceVersion) < BigInt(than.metadata.resourceVersion);
}
