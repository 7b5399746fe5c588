/** Of the commands that were carried out, so many are remembered to know a repeated one. */
const remembered = 100;

/** Ids of the commands that were carried out: an update's own deduplication ends with the run. */
export class AppliedCommands {
  #ids: readonly string[];
  #told = 0;

  constructor(ids: readonly string[] = []) {
    this.#ids = ids;
  }

  /** How many came in this run, repeated ones included. */
  get told(): number {
    return this.#told;
  }

  knows(id: string): boolean {
    return this.#ids.includes(id);
  }

  /** True for a command that was not carried out before. */
  admit(id: string): boolean {
    this.#told += 1;
    if (this.knows(id)) return false;
    this.#ids = [...this.#ids, id].slice(-remembered);
    return true;
  }

  carry(): readonly string[] {
    return this.#ids;
  }
}
