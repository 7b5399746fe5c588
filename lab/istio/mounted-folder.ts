import { existsSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Files } from '../../sim/controllers/file-set.ts';
import type { MountedFiles } from '../../sim/world.ts';

/** A folder on disk whose files change as those of a volume do under kubelet: all at once, by the swap of a link. */
export class MountedFolder {
  readonly #path: string;
  #swaps = 0;

  /** @param path made where it is not there */
  constructor(path: string) {
    this.#path = path;
    mkdirSync(path, { recursive: true, mode: 0o700 });
  }

  /** All files change at once, by the rename of a link that the paths of all go through. */
  swap(files: Files): void {
    const old = `..swap-${this.#swaps}`;
    this.#swaps += 1;
    const data = `..swap-${this.#swaps}`;
    // Made beside it: istiod reads 100 ms after the first change, and would read the old ones while these are written.
    const beside = `${this.#path}${data}`;
    mkdirSync(beside, { mode: 0o700 });
    for (const [name, text] of Object.entries(files)) {
      writeFileSync(join(beside, name), text, { mode: 0o600 });
    }
    renameSync(beside, join(this.#path, data));
    symlinkSync(data, join(this.#path, '..data_tmp'));
    renameSync(join(this.#path, '..data_tmp'), join(this.#path, '..data'));
    for (const name of Object.keys(files)) {
      if (!existsSync(join(this.#path, name))) symlinkSync(join('..data', name), join(this.#path, name));
    }
    rmSync(join(this.#path, old), { recursive: true, force: true });
  }

  /**
   * Has the files of these names that the volume has, now and after each change. Returns how to end that.
   *
   * @param fail called where a change cannot be written, on a full disk for example
   */
  follow(volume: MountedFiles, names: readonly string[], fail: (error: unknown) => void): () => void {
    const copy = (): void => {
      const files = names.flatMap((name) => {
        const text = volume.read(name);
        return text === undefined ? [] : [[name, text] as const];
      });
      this.swap(Object.fromEntries(files));
    };
    copy();
    return volume.onChange(() => {
      try {
        copy();
      } catch (error) {
        // Whoever changes the volume tells all that follow it, and must not fail by one of them.
        fail(error);
      }
    });
  }
}
