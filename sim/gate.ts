/** What becomes of a request that was held: it goes on, or its connection is cut before anything is done. */
export type Passage = 'on' | 'cut';

/** Holds a request for as long as somebody wants to act while it is under way. */
export class Gate {
  readonly #opened = Promise.withResolvers<Passage>();
  #reached = false;

  /** True once a request is held, or was. */
  get reached(): boolean {
    return this.#reached;
  }

  /** For the request: resolves when the gate is opened. */
  pass(): Promise<Passage> {
    this.#reached = true;
    return this.#opened.promise;
  }

  open(passage: Passage): void {
    this.#opened.resolve(passage);
  }
}
