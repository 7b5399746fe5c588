import { endAll } from '../../worker/end-all.ts';

interface PartKind<T> {
  readonly end: (part: T) => Promise<unknown>;
  /** Settles with why, where it ends though nobody has ended it. */
  readonly failed?: (part: T) => Promise<unknown>;
}

/** Parts that need each other, ended in the reverse of the order in which they were begun. */
export class Parts {
  readonly #ends: (() => Promise<void>)[] = [];
  readonly #closed = new AbortController();
  readonly #failed = new AbortController();
  /** Aborted where none is to come up any more: with the reason of `interrupted`, why one failed, or once they are closed. */
  readonly signal: AbortSignal;

  constructor(interrupted: AbortSignal | undefined) {
    this.signal = AbortSignal.any([
      ...[this.#closed.signal, this.#failed.signal],
      ...(interrupted === undefined ? [] : [interrupted]),
    ]);
  }

  /** Aborted, with why, by the first that fails. */
  get failed(): AbortSignal {
    return this.#failed.signal;
  }

  /**
   * Resolves with what `start` resolves with, which is given a signal to give up by. How to end it is known
   * before it is begun, so that one that comes up while others are ended already is ended too.
   */
  async begin<T>(start: (signal: AbortSignal) => Promise<T>, { end, failed }: PartKind<T>): Promise<T> {
    this.signal.throwIfAborted();
    const starting = start(this.signal);
    this.#ends.push(async () => {
      const [outcome] = await Promise.allSettled([starting]);
      if (outcome.status === 'fulfilled') await end(outcome.value);
    });
    const part = await starting;
    void failed?.(part).then((why) => this.#failed.abort(why));
    return part;
  }

  /** Ends all of them, also where one of them cannot be ended, and throws why that one could not. */
  async close(): Promise<void> {
    this.#closed.abort();
    await endAll(this.#ends.splice(0).reverse());
  }
}
