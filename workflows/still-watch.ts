import type { UnitInput } from '../rotation/messages.ts';
import type { Stopped } from '../rotation/progress.ts';
import { reachOf } from '../rotation/shape.ts';
import { keepWatch, regressed, watchUnits } from './keep-watch.ts';
import type { Known } from './known-of-unit.ts';
import { now } from './stage-context.ts';
import type { UnitRun } from './unit-run.ts';

/**
 * Looks from time to time at a unit that rests or stands still. Where it is no longer as it is known to be its clusters
 * stop for that, and are what they were before when it is.
 */
export class StillWatch {
  readonly #input: UnitInput;
  readonly #run: UnitRun;
  /** Clusters that a look has stopped, and what had stopped them before. */
  readonly #wrong: Map<string, Stopped | undefined>;
  #hasStopped: boolean;

  constructor(input: UnitInput, run: UnitRun, regressed: readonly string[] = []) {
    this.#input = input;
    this.#run = run;
    this.#wrong = new Map(regressed.map((cluster) => [cluster, undefined]));
    this.#hasStopped = regressed.length > 0;
  }

  /** Clusters that a look has stopped. */
  get wrong(): readonly string[] {
    return [...this.#wrong.keys()];
  }

  /** True once a look has stopped a cluster, though all may be right again. */
  get hasStopped(): boolean {
    return this.#hasStopped;
  }

  /** Until it is cancelled. */
  async watch({ unit }: Known): Promise<void> {
    await keepWatch({
      limits: this.#input.limits,
      summary: `until ${unit.unit}, which stands still, is looked at again`,
      look: () => this.#look(unit),
    });
  }

  async #look(unit: Known['unit']): Promise<void> {
    const run = this.#run;
    const seen = await watchUnits(this.#input, [unit], reachOf(this.#input.shape));
    const [regression] = seen.regressions;
    if (regression === undefined) {
      run.recover(this.#wrong, now());
      this.#wrong.clear();
      return;
    }
    // Those that were told to go on meanwhile do so, and what stopped a cluster need not be found once more.
    const found = run.still.filter(
      ({ cluster, stopped }) =>
        !this.#wrong.has(cluster) && stopped?.code !== regression.code && !run.mayGoOn(cluster),
    );
    if (found.length === 0) return;
    this.#hasStopped = true;
    for (const { cluster, stopped } of found) this.#wrong.set(cluster, stopped);
    run.stop(
      found.map(({ cluster }) => cluster),
      regressed(regression),
    );
  }
}
