import { z } from 'zod';
import { betweenAsks, Hopeless, patiently } from './patiently.ts';

const answered = z.object({ reached: z.boolean() });

/** One request of Meshturn's: the next write of a secret, or the next such call of an API server. */
export type HeldRequest =
  | { readonly cluster: string; readonly secret: string }
  | {
      readonly cluster: string;
      readonly verb: string;
      readonly resource: string;
      readonly subresource?: string;
      readonly namespace?: string;
      /** All such, and not the next one alone. */
      readonly every?: boolean;
    };

/**
 * For one who waits for a step: looks that are taken beside it ask the same, and one of them may be what comes to the
 * gate. Where all are held, the step does not go on.
 */
export function everySuch(request: HeldRequest): HeldRequest {
  return 'secret' in request ? request : { ...request, every: true };
}

/** Orders to a simulation's control endpoint: requests that it holds, and what it cuts off. */
export class Gates {
  readonly #control: string;

  constructor(control: string) {
    this.#control = control;
  }

  /** The next such request is held until the gate is opened. */
  async set(name: string, request: HeldRequest): Promise<void> {
    await this.#order('POST', `/gates/${name}`, request);
  }

  /**
   * Resolves as soon as one is held. Throws Hopeless where `asked` finds that it never will be; that may take its
   * time, as long as no worker answers.
   */
  async reached(name: string, asked: () => Promise<unknown>): Promise<void> {
    let hopeless: Hopeless | undefined;
    let askNext = 0;
    const ask = async () => {
      askNext = Infinity;
      try {
        await asked();
      } catch (error) {
        // A server or worker that is away has no answer.
        if (error instanceof Hopeless) hopeless = error;
      } finally {
        askNext = Date.now() + betweenAsks;
      }
    };
    await patiently(async () => {
      if (answered.parse(await this.#order('GET', `/gates/${name}`)).reached) return;
      if (Date.now() >= askNext) void ask();
      throw hopeless ?? new Error(`no request has come to gate ${name}`);
    });
  }

  /** Lets what is held be done, or cuts its connection before anything is. */
  async open(name: string, then: 'on' | 'cut'): Promise<void> {
    await this.#order('DELETE', `/gates/${name}`, { then });
  }

  /** Cuts off a cluster's API server and its vault, or brings them back. */
  async reach(cluster: string, away: boolean): Promise<void> {
    await this.#order('POST', '/reach', { cluster, away });
  }

  async #order(method: string, path: string, body?: unknown): Promise<unknown> {
    const url = new URL(path, this.#control);
    const answer = await fetch(url, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }
}
