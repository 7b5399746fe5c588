import type { ProbedMesh } from '../../sim/prober/prober.ts';
import type { RunningPrograms } from './programs.ts';

/** The programs behind the pods of all clusters. */
export class AllPrograms {
  readonly #running: RunningPrograms[] = [];
  readonly #failed = Promise.withResolvers<Error>();
  #stopped = false;

  get failed(): Promise<Error> {
    return this.#failed.promise;
  }

  get meshes(): readonly ProbedMesh[] {
    return this.#running.map(({ mesh }) => mesh);
  }

  /** Those that come up while the others are being stopped are stopped too. */
  async add(running: RunningPrograms): Promise<void> {
    this.#running.push(running);
    void running.failed.then(this.#failed.resolve);
    if (this.#stopped) await running.stop();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#running.map((running) => running.stop()));
  }
}
