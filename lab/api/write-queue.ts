import type { ResourceType } from '../../sim/api/resources.ts';
import type { KubeObject } from '../../sim/world.ts';
import { again } from './again.ts';
import type { Answer, ApiClient, Call } from './client.ts';
import type { Informer } from './informer.ts';
import { readObject, readStatus } from './objects.ts';
import { refusal } from './refusal.ts';
import { pathOfOne, type Write } from './writes.ts';

export interface WriteQueueOptions {
  readonly api: ApiClient;
  readonly type: ResourceType;
  readonly informer: Informer;
  readonly signal: AbortSignal;
  readonly tell: (line: string) => void;
}

/** Reasons for which a write is moot: its namespace goes, or somebody else has made what it was to make. */
const moot = ['NamespaceTerminating', 'AlreadyExists'];

/** The writes of one resource: those to one object one after the other, in their order. */
export class WriteQueue {
  readonly #o: WriteQueueOptions;
  readonly #pending = new Map<string, Write[]>();

  constructor(options: WriteQueueOptions) {
    this.#o = options;
  }

  /** What the object is once all its writes are done. */
  state(id: string): KubeObject | undefined {
    const state = this.#o.informer.get(id);
    return (this.#pending.get(id) ?? []).reduce((before, write) => write.apply(before), state);
  }

  ids(): readonly string[] {
    return [...new Set([...this.#o.informer.ids(), ...this.#pending.keys()])];
  }

  /** Resolves once it is done, moot, or given up at the signal. Throws LAB_PROGRAM_REFUSED. */
  async add(id: string, write: Write): Promise<void> {
    const before = this.#pending.get(id);
    const writes = before ?? [];
    writes.push(write);
    // Whoever began with the first of them carries out the others too.
    if (before !== undefined) return;
    this.#pending.set(id, writes);
    try {
      for (let next = writes[0]; next !== undefined && !this.#o.signal.aborted; next = writes[0]) {
        await this.#carryOut(id, next);
        writes.shift();
      }
    } finally {
      this.#pending.delete(id);
    }
  }

  async #carryOut(id: string, write: Write): Promise<void> {
    await again(this.#o, () => {
      const call = write.call(this.#o.informer.get(id));
      return call === undefined ? 'ended' : this.#send(id, call);
    });
  }

  async #send(id: string, call: Call): Promise<'ended' | 'again'> {
    const { api, informer, signal, tell } = this.#o;
    const answer = await api.ask(call, signal);
    if (answer.status < 300) {
      if (call.method !== 'DELETE') informer.observe(readObject(answer.body));
      return 'ended';
    }
    const { reasons } = readStatus(answer.body);
    if (answer.status === 404 || reasons.some((reason) => moot.includes(reason))) {
      tell(`${call.method} ${call.path}: ${reasons.join(', ')}`);
      await this.#look(id);
      return 'ended';
    }
    if (answer.status !== 409) throw refusal(`${call.method} ${call.path}`, answer.status, answer.body);
    await this.#look(id);
    return 'again';
  }

  /** Asks what the server has now, since the watch may tell it later. */
  async #look(id: string): Promise<void> {
    const { api, type, informer, signal } = this.#o;
    const [namespace = '', name = ''] = id.split('/');
    const path = pathOfOne(type, { metadata: { name, ...(namespace === '' ? {} : { namespace }) } });
    const answer: Answer = await api.ask({ method: 'GET', path }, signal);
    if (answer.status === 200) informer.observe(readObject(answer.body));
    else if (answer.status === 404) informer.forget(id);
    else throw refusal(`GET ${path}`, answer.status, answer.body);
  }
}
