import { Problem } from '../../problems/problem.ts';
import type { ProblemCode } from '../../problems/registry.ts';
import { retryAfterMs } from '../retry-after.ts';
import type { Changes } from './changes.ts';
import { beat, cancellation } from './heartbeat.ts';

const heartbeatEvery = 5_000;

export interface Wait<T> {
  /**
   * Undefined means: not yet. A retryable Problem is remembered and looked over, and the server behind it is left
   * alone for as long as it asked (Retry-After), whatever changes; another ends the wait.
   */
  readonly look: () => Promise<T | undefined>;
  /** Looks again whenever it calls back, besides every interval. */
  readonly changes?: Changes;
  readonly everySeconds?: number;
  readonly limitSeconds: number;
  /** What is left of the limit where the wait began earlier. */
  readonly leftSeconds?: number;
  /** What is waited for now, in words: the heartbeat, and what the Problem at the limit says was found. */
  readonly onWait?: () => string;
  /** The mend of what is waited for now, where it is known: it takes the place of the code's own at the limit. */
  readonly hint?: () => string | undefined;
  /** For the Problem at the limit. */
  readonly object: string;
  readonly code: ProblemCode;
  readonly expected?: string;
}

/**
 * Waits until a look finds something. Heartbeats inside an activity; when that is cancelled, ends at once with
 * the cancellation.
 * @throws Problem `code` at the limit, or what a look throws that no retry mends
 */
export async function waitFor<T>(wait: Wait<T>): Promise<T> {
  const signal = cancellation();
  const alarm = new Alarm(signal);
  const deadline = performance.now() + (wait.leftSeconds ?? wait.limitSeconds) * 1_000;
  let passing: Problem | undefined;
  const waitingFor = () =>
    [wait.onWait?.(), passing?.message].filter((text) => text !== undefined).join('; ');
  const heartbeats = setInterval(() => beat({ waitingFor: waitingFor() }), heartbeatEvery);
  const stopChanges = wait.changes?.(() => alarm.ring());
  try {
    for (;;) {
      signal?.throwIfAborted();
      const { found, problem } = await lookOnce(wait.look);
      if (found !== undefined) return found;
      passing = problem;
      const left = deadline - performance.now();
      if (left <= 0) throw timedOut(wait, waitingFor(), problem);
      beat({ waitingFor: waitingFor() });
      const every = (wait.everySeconds ?? 2) * 1_000;
      const asked = retryAfterMs(problem);
      if (asked === undefined) await alarm.sleep(Math.min(left, every));
      else await alarm.rest(Math.min(left, Math.max(every, asked)));
    }
  } finally {
    clearInterval(heartbeats);
    stopChanges?.();
    alarm.close();
  }
}

async function lookOnce<T>(look: () => Promise<T | undefined>): Promise<{ found?: T; problem?: Problem }> {
  try {
    const found = await look();
    return found === undefined ? {} : { found };
  } catch (error) {
    if (error instanceof Problem && error.retryable) return { problem: error };
    throw error;
  }
}

/** Where the last look failed, that is what a person has to mend, whatever was waited for. */
function timedOut<T>(wait: Wait<T>, found: string, passing: Problem | undefined): Problem {
  const hint = passing?.hint ?? wait.hint?.();
  return new Problem(wait.code, {
    object: wait.object,
    expected: `${wait.expected ?? 'it'} within ${wait.limitSeconds} s`,
    ...(found === '' ? {} : { found }),
    ...(hint === undefined ? {} : { hint }),
  });
}

/** A sleep that a change cuts short. A ring while nobody sleeps is kept for the next sleep. */
class Alarm {
  #rung = false;
  #resting = false;
  #wake: (() => void) | undefined;
  readonly #signal: AbortSignal | undefined;
  readonly #onAbort = () => this.#wake?.();

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
    signal?.addEventListener('abort', this.#onAbort);
  }

  ring(): void {
    this.#rung = true;
    if (!this.#resting) this.#wake?.();
  }

  async sleep(milliseconds: number): Promise<void> {
    if (!this.#rung) await this.#pause(milliseconds);
    this.#rung = false;
  }

  /** A sleep that no change cuts short, only a cancellation. */
  async rest(milliseconds: number): Promise<void> {
    this.#resting = true;
    await this.#pause(milliseconds);
    this.#resting = false;
    this.#rung = false;
  }

  async #pause(milliseconds: number): Promise<void> {
    if (this.#signal?.aborted === true) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = undefined;
  }

  close(): void {
    this.#signal?.removeEventListener('abort', this.#onAbort);
  }
}
