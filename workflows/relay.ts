import { condition, workflowInfo } from '@temporalio/workflow';

/**
 * Tells when a unit's history is so long that its workflow goes on in a new run. What waits without an end of its
 * own comes to rest then; what ends by itself is let end.
 */
export class Relay {
  readonly #every: number;
  #looks = 0;

  /** @param every looks at the unit's proxies; without it the server's suggestion alone counts */
  constructor(every = Infinity) {
    this.#every = every;
  }

  get due(): boolean {
    return this.#looks >= this.#every || workflowInfo().continueAsNewSuggested;
  }

  looked(): void {
    this.#looks += 1;
  }

  /** A sleep that a new run cuts short, and `wake` too. */
  async sleep(milliseconds: number, summary: string, wake: () => boolean = () => false): Promise<void> {
    await condition(() => this.due || wake(), Math.max(1, milliseconds), { summary });
  }
}
