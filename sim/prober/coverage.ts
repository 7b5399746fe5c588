/** Which pairs of cluster and leaf generation have been tried in the present phase, and how often. */
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

  tried(name: string): void {
    this.#tried.set(name, (this.#tried.get(name) ?? 0) + 1);
  }

  accepted(name: string): void {
    this.#accepted.add(name);
  }

  /** Accepted at least once, of all that have been seen to be possible. */
  get counts(): { readonly covered: number; readonly total: number } {
    return { covered: this.#accepted.size, total: this.#tried.size };
  }
}
