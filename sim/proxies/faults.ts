/** Which proxies of a cluster crash at once, and again whenever they are started. */
export class ProxyFaults {
  readonly #crashing = new Set<{ readonly pods: (pod: string) => boolean; readonly onStrike: () => void }>();
  readonly #listeners = new Set<() => void>();

  /**
   * Lets the proxies of pods crash, `namespace/name` by `namespace/name`, told each time; the returned function lets
   * them live.
   */
  crash(pods: (pod: string) => boolean, onStrike: () => void = () => undefined): () => void {
    const fault = { pods, onStrike };
    this.#crashing.add(fault);
    for (const listener of [...this.#listeners]) listener();
    return () => this.#crashing.delete(fault);
  }

  /** Asked by one that runs, or is about to: it crashes then. */
  isCrashing(pod: string): boolean {
    const fault = [...this.#crashing].find(({ pods }) => pods(pod));
    fault?.onStrike();
    return fault !== undefined;
  }

  /** Calls back when a fault is set. Returns how to stop. */
  onSet(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
