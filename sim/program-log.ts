import type { ContainerLog } from './world.ts';

type Line = ContainerLog['lines'][number];

/** How many lines a container's log keeps, as the node's log rotation would. */
const kept = 20_000;

/** What a simulated container prints, line by line. */
export class ProgramLog implements ContainerLog {
  readonly #lines: Line[] = [];
  readonly #listeners = new Set<(line: Line) => void>();

  get lines(): readonly Line[] {
    return this.#lines;
  }

  onLine(listener: (line: Line) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Prints a text that may have several lines. */
  print(text: string, at = new Date()): void {
    for (const line of text.split('\n')) {
      this.#lines.push({ at, text: line });
      for (const listener of [...this.#listeners]) listener({ at, text: line });
    }
    if (this.#lines.length > kept) this.#lines.splice(0, this.#lines.length - kept);
  }
}
