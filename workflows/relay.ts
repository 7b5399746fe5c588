import { condition, workflowInfo } from '@temporalio/workflow';

/**
 * Tells when a unit is to come to rest: because its history is so long that its workflow goes on in a new run, or
 * because a command holds it. What waits without an end of its own comes to rest then; what ends by itself is let
 * end, unless the command cuts it off.
 */
export class Relay {
  readonly #every: number;
  readonly #held: () => boolean;
  #looks = 0;

  /** @param every looks at the unit's proxies; without it the server's suggestion alone counts */
  constructor(every = Infinity, held: () => boolean = () => false) {
    this.#every = every;
    this.#held = held;
  }

  /** True while a command holds the unit. */
  get held(): boolean {
    return this.#held();
  }

  get due(): boolean {
    return this.held || this.#looks >= this.#every || workflowInfo().continueAsNewSuggested;
  }

  looked(): void {
    this.#looks += 1;
  }

  /** A sleep that coming to rest cuts short, and `wake` too. */
  async sleep(milliseconds: number, summary: string, wake: () => boolean = () => false): Promise<void> {
    await condition(() => this.due || wake(), Math.max(1, milliseconds), { summary });
  }
}
