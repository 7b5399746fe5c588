/** Which pairs there have been in the present phase, tried or not, and how often each was tried. */
export class Coverage {
  readonly #tried = new Map<string, number>();
  readonly #accepted = new Set<string>();

  /** The one that has been tried least; among equals the one that `random` picks. */
  pickLeast<T>(
    candidates: readonly T[],
    nameOf: (candidate: T) => string,
    random: () => number,
  ): T | undefined {
    let least = Infinity;
    let best: T[] = [];
    for (const candidate of candidates) {
      const count = this.#tried.get(nameOf(candidate)) ?? 0;
      if (count < least) [least, best] = [count, []];
      if (count === least) best.push(candidate);
    }
    return best[Math.floor(random() * best.length)];
  }

  /** There is such a pair: it counts, whether or not its turn ever comes. */
  possible(name: string): void {
    if (!this.#tried.has(name)) this.#tried.set(name, 0);
  }

  hasTried(name: string): boolean {
    return (this.#tried.get(name) ?? 0) > 0;
  }

  tried(name: string): void {
    this.#tried.set(name, (this.#tried.get(name) ?? 0) + 1);
  }

  /** What was tried showed nothing: one of the two was about to end. */
  takeBack(name: string): void {
    const times = this.#tried.get(name) ?? 0;
    // It may have been tried in the phase before.
    if (times > 0) this.#tried.set(name, times - 1);
  }

  accepted(name: string): void {
    this.#accepted.add(name);
  }

  /** Names of those that were accepted at least once. */
  get names(): readonly string[] {
    return [...this.#accepted];
  }

  /** Accepted at least once, of all that have been seen to be possible. */
  get counts(): { readonly covered: number; readonly total: number } {
    return { covered: this.#accepted.size, total: this.#tried.size };
  }
}
