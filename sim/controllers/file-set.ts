import type { MountedFiles } from '../world.ts';

export type Files = Readonly<Record<string, string>>;

/** Files of a mounted volume that are swapped as a whole, as kubelet does by its `..data` link. */
export class FileSet implements MountedFiles {
  readonly #listeners = new Set<() => void>();
  readonly #closers: (() => void)[] = [];
  #files: Files;

  constructor(files: Files = {}) {
    this.#files = files;
  }

  get files(): Files {
    return this.#files;
  }

  read(file: string): string | undefined {
    return this.#files[file];
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Puts other files in place, and tells it. */
  swap(files: Files): void {
    this.#files = files;
    for (const listener of [...this.#listeners]) listener();
  }

  /** Called when the volume is closed. */
  onClose(closer: () => void): void {
    this.#closers.push(closer);
  }

  close(): void {
    for (const closer of this.#closers.splice(0)) closer();
    this.#listeners.clear();
  }
}
