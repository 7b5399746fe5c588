import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { ProgramLog } from '../../sim/program-log.ts';
import { startTied, type TiedProcess } from '../../worker/tied-process.ts';
import { asError } from '../as-error.ts';
import { Looks } from '../looks.ts';

/** Many start at one time, on few cores. */
const readyLimitMs = 120_000;

/** By it a client of Kubernetes would take this machine for a pod. */
const notInPod = { KUBERNETES_SERVICE_HOST: undefined };

export interface Started {
  /** In which it runs. */
  readonly folder: string;
  readonly command: readonly string[];
  /** Over those of this process. */
  readonly variables: Readonly<Record<string, string>>;
  readonly isReady: () => Promise<boolean>;
}

/** A process behind a pod: it ends with this one, and what it prints is the pod's log. */
export class TiedProgram {
  readonly log = new ProgramLog();
  readonly #finished = Promise.withResolvers<number>();
  readonly #stopping = new AbortController();
  #process: TiedProcess | undefined;

  /** Its exit code, where it ends by itself. */
  get finished(): Promise<number> {
    return this.#finished.promise;
  }

  /**
   * Makes ready what it is started with, starts it, and resolves once it is ready. Throws where it ends before, does
   * not get there, or is stopped; its log says why.
   */
  async start(prepared: Promise<Started>): Promise<void> {
    try {
      await this.#start(await prepared);
    } catch (error) {
      if (!this.#stopping.signal.aborted) this.#say(error);
      throw error;
    }
  }

  /** What is around it fails it, and it is not to go on like this: it counts as ended by itself, and its log says why. */
  crash(error: unknown): void {
    this.#say(error);
    this.#finished.resolve(1);
  }

  /** SIGTERM, and SIGKILL where it does not end then. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error('stopped'));
    await this.#process?.stop();
  }

  async #start({ folder, command, variables, isReady }: Started): Promise<void> {
    const signal = this.#stopping.signal;
    signal.throwIfAborted();
    const tied = await startTied(['sh', '-c', 'cd "$0" && exec "$@"', folder, ...command], {
      environment: { ...process.env, ...variables, ...notInPod },
    });
    this.#process = tied;
    // Told to end while it came up: whoever told it found nothing to end.
    if (signal.aborted) await tied.stop();
    signal.throwIfAborted();
    this.#print(tied.child.stdout);
    this.#print(tied.child.stderr);
    const gone = new AbortController();
    void tied.ended.then(() => {
      const code = tied.child.exitCode ?? 1;
      gone.abort(new Error(`ended with ${code}`));
      if (!signal.aborted) this.#finished.resolve(code);
    });
    const looks = new Looks(isReady);
    if (await looks.areTrueWithin(readyLimitMs, AbortSignal.any([signal, gone.signal]))) return;
    throw new Error(`not ready within ${readyLimitMs / 1000} s${looks.lastError}`);
  }

  #say(error: unknown): void {
    this.log.print(`error\t${asError(error).message}`);
  }

  #print(stream: Readable | null): void {
    if (stream === null) return;
    createInterface({ input: stream }).on('line', (line) => this.log.print(line));
  }
}
