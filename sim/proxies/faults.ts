/** Which proxies of a cluster crash at once, and again whenever they are started. */
export class ProxyFaults {
  readonly #crashing = new Set<(pod: string) => boolean>();
  readonly #listeners = new Set<() => void>();

  /** Lets the proxies of pods crash, `namespace/name` by `namespace/name`; the returned function lets them live. */
  crash(pods: (pod: string) => boolean): () => void {
    this.#crashing.add(pods);
    for (const listener of [...this.#listeners]) listener();
    return () => this.#crashing.delete(pods);
  }

  isCrashing(pod: string): boolean {
    return [...this.#crashing].some((pods) => pods(pod));
  }

  /** Calls back when a fault is set. Returns how to stop. */
  onSet(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
