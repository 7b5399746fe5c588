import type { MountedFiles } from '../world.ts';
import type { FetchedObject } from './fetch.ts';

/** The files of one pod's volume. All change at once, by a new symbolic link, as the atomic writer does it. */
export class MountedVolume implements MountedFiles {
  #files: ReadonlyMap<string, string> = new Map();
  readonly #listeners = new Set<() => void>();
  readonly #onClose: () => void;

  constructor(onClose: () => void) {
    this.#onClose = onClose;
  }

  read(file: string): string | undefined {
    return this.#files.get(file);
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.#listeners.clear();
    this.#onClose();
  }

  /** Swaps all files; nothing happens where all are as they were. */
  swap(objects: readonly FetchedObject[]): void {
    const next = new Map(objects.map(({ file, text }) => [file, text]));
    const isSame =
      next.size === this.#files.size && [...next].every(([file, text]) => this.#files.get(file) === text);
    if (isSame) return;
    this.#files = next;
    for (const listener of [...this.#listeners]) listener();
  }
}
