import { join } from 'node:path';
import { Problem } from '../problems/problem.ts';
import { lastLines } from '../worker/last-lines.ts';
import { startTied, type TiedProcess } from '../worker/tied-process.ts';
import { asError } from './as-error.ts';
import { Looks } from './looks.ts';

/** On a machine that does much else beside; what is right is up in seconds. */
const startLimitMs = 120_000;

interface Component {
  readonly command: readonly string[];
  readonly isReady: () => Promise<boolean>;
  readonly process: Promise<TiedProcess>;
  /** False where its end is no failure. */
  isWanted: boolean;
}

/** The processes of a lab: all end with this one, whatever ends it. */
export class Processes {
  readonly #folder: string;
  /** Aborted where the start of the lab is called off. */
  readonly signal: AbortSignal;
  readonly #startLimitMs: number;
  readonly #components = new Map<string, Component>();
  readonly #first = Promise.withResolvers<Problem>();
  #stopping = false;

  /** Logs go to the folder; what is starting gives up when the signal is aborted. */
  constructor(folder: string, signal: AbortSignal, limitMs = startLimitMs) {
    this.#folder = folder;
    this.signal = signal;
    this.#startLimitMs = limitMs;
  }

  /** Settles when a process ends that nobody has stopped: LAB_COMPONENT_FAILED. */
  get failed(): Promise<Problem> {
    return this.#first.promise;
  }

  /**
   * Starts a program, and waits until it is seen to be ready; a look that fails counts as not yet. Throws
   * LAB_COMPONENT_FAILED with the end of its log where it ends before or does not get there, and the signal's reason.
   */
  async start(title: string, command: readonly string[], isReady: () => Promise<boolean>): Promise<void> {
    this.signal.throwIfAborted();
    if (this.#stopping) throw new Error(`${title} is not started: all are being stopped`);
    const logFile = join(this.#folder, `${title.replaceAll(' ', '-')}.log`);
    const component = { command, isReady, process: startTied(command, { logFile }), isWanted: true };
    this.#components.set(title, component);
    const process = await component.process.catch((error: unknown) => {
      throw new Problem(
        'LAB_COMPONENT_FAILED',
        { object: title, found: asError(error).message },
        { cause: error },
      );
    });
    const gone = new AbortController();
    const noted = process.ended.then(async () => {
      if (this.#stopping || !component.isWanted) return;
      const problem = await componentFailed(title, logFile);
      this.#first.resolve(problem);
      gone.abort(problem);
    });
    const looked = new Looks(isReady);
    const either = AbortSignal.any([this.signal, gone.signal]);
    try {
      if (await looked.areTrueWithin(this.#startLimitMs, either)) return;
    } catch (error) {
      if (!either.aborted) throw error;
    }
    // A process that ended is a better reason than what it did not answer.
    if (process.child.exitCode !== null) await noted;
    this.signal.throwIfAborted();
    gone.signal.throwIfAborted();
    const late = `no answer within ${this.#startLimitMs / 1000} s${looked.lastError}, and a log that ends with `;
    throw await componentFailed(title, logFile, late);
  }

  /** Ends a program that was started, whatever it is at, and starts it again as it was. Throws as `start` does. */
  async restart(title: string): Promise<void> {
    const component = this.#components.get(title);
    if (component === undefined)
      throw new Error(`expected one of ${[...this.#components.keys()].join(', ')}`);
    component.isWanted = false;
    await (await component.process).kill();
    await this.start(title, component.command, component.isReady);
  }

  /** Stops those too that are being started right now. */
  async stop(): Promise<void> {
    this.#stopping = true;
    // Those that could not be started have told whoever started them.
    const started = await Promise.allSettled([...this.#components.values()].map(({ process }) => process));
    await Promise.all(started.flatMap((one) => (one.status === 'fulfilled' ? [one.value.stop()] : [])));
  }
}

async function componentFailed(title: string, logFile: string, late = ''): Promise<Problem> {
  const found = `${late}${await lastLines(logFile)}`;
  return new Problem('LAB_COMPONENT_FAILED', { object: title, found });
}
