/**
 * Remembers what a key's maker gave for so long, so that the parts of one activity share one look. A failure
 * is not remembered.
 */
export class Briefly<T> {
  readonly #kept = new Map<string, { readonly value: Promise<T>; readonly until: number }>();
  readonly #milliseconds: number;

  constructor(milliseconds: number) {
    this.#milliseconds = milliseconds;
  }

  get(key: string, make: () => Promise<T>): Promise<T> {
    const kept = this.#kept.get(key);
    if (kept !== undefined && performance.now() < kept.until) return kept.value;
    const value = make();
    this.#kept.set(key, { value, until: performance.now() + this.#milliseconds });
    value.catch(() => {
      if (this.#kept.get(key)?.value === value) this.#kept.delete(key);
    });
    return value;
  }
}
