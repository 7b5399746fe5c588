/** Timers that all end together: nothing fires after `stop`. */
export class Timers {
  readonly #running = new Set<NodeJS.Timeout>();
  #stopped = false;

  /** Calls back once after so many milliseconds. Returns how to cancel. */
  after(milliseconds: number, call: () => void): () => void {
    if (this.#stopped) return () => undefined;
    const timer = setTimeout(() => {
      this.#running.delete(timer);
      call();
    }, milliseconds);
    this.#running.add(timer);
    return () => {
      clearTimeout(timer);
      this.#running.delete(timer);
    };
  }

  /** Calls back again and again. Returns how to cancel. */
  every(milliseconds: number, call: () => void): () => void {
    let cancel = (): void => undefined;
    const next = (): void => {
      cancel = this.after(milliseconds, () => {
        next();
        call();
      });
    };
    next();
    return () => cancel();
  }

  stop(): void {
    this.#stopped = true;
    for (const timer of this.#running) clearTimeout(timer);
    this.#running.clear();
  }
}
