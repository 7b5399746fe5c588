import { setTimeout } from 'node:timers/promises';

const lookEveryMs = 100;

/** Looks at something again and again; while it starts, it may answer anything, and another program in its place. */
export class Looks {
  readonly #isTrue: () => Promise<boolean>;
  #last: unknown;

  constructor(isTrue: () => Promise<boolean>) {
    this.#isTrue = isTrue;
  }

  /** False where it is not true within so many milliseconds. Throws the signal's reason. */
  async areTrueWithin(limitMs: number, signal: AbortSignal): Promise<boolean> {
    const limit = AbortSignal.timeout(limitMs);
    const either = AbortSignal.any([signal, limit]);
    try {
      while (!(await this.#look())) await setTimeout(lookEveryMs, undefined, { signal: either });
      return true;
    } catch (error) {
      signal.throwIfAborted();
      if (!limit.aborted) throw error;
      return false;
    }
  }

  /** What the last look failed by, in brackets. */
  get lastError(): string {
    return this.#last instanceof Error ? ` (${this.#last.message})` : '';
  }

  async #look(): Promise<boolean> {
    try {
      const isTrue = await this.#isTrue();
      this.#last = undefined;
      return isTrue;
    } catch (error) {
      this.#last = error;
      return false;
    }
  }
}
