/** Of the commands that were carried out, so many are remembered to know a repeated one. */
const remembered = 100;

/** Ids of the commands that were carried out: an update's own deduplication ends with the run. */
export class AppliedCommands {
  #ids: readonly string[];
  /** How long the history of this run was in the task that gave the last answer. */
  answeredAt: number | undefined;

  constructor(ids: readonly string[] = []) {
    this.#ids = ids;
  }

  knows(id: string): boolean {
    return this.#ids.includes(id);
  }

  /** True for a command that was not carried out before. */
  admit(id: string): boolean {
    if (this.knows(id)) return false;
    this.#ids = [...this.#ids, id].slice(-remembered);
    return true;
  }

  carry(): readonly string[] {
    return this.#ids;
  }
}
