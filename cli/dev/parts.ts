import { endAll } from '../../worker/end-all.ts';

/** Parts that need each other, ended in the reverse of the order in which they were begun. */
export class Parts {
  readonly #ends: (() => Promise<void>)[] = [];
  readonly #closed = new AbortController();
  readonly #signal: AbortSignal;

  /** None comes up any more once `interrupted` is aborted. */
  constructor(interrupted: AbortSignal | undefined) {
    this.#signal = AbortSignal.any([
      this.#closed.signal,
      ...(interrupted === undefined ? [] : [interrupted]),
    ]);
  }

  /**
   * Resolves with what `start` resolves with, which is given a signal to give up by. How to end it is known
   * before it is begun, so that one that comes up while others are ended already is ended too.
   */
  async begin<T>(start: (signal: AbortSignal) => Promise<T>, end: (part: T) => Promise<unknown>): Promise<T> {
    this.#signal.throwIfAborted();
    const starting = start(this.#signal);
    this.#ends.push(async () => {
      const [outcome] = await Promise.allSettled([starting]);
      if (outcome.status === 'fulfilled') await end(outcome.value);
    });
    return starting;
  }

  /** Ends all of them, also where one of them cannot be ended, and throws why that one could not. */
  async close(): Promise<void> {
    this.#closed.abort();
    await endAll(this.#ends.splice(0).reverse());
  }
}
