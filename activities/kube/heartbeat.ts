import { setTimeout as delay } from 'node:timers/promises';
import { asyncLocalStorage, type Context } from '@temporalio/activity';
import { redacted } from '../redact.ts';

type Details = Readonly<Record<string, unknown>>;

/** What each running activity has told last. */
const told = new WeakMap<Context, unknown>();

/** Of the time in which an activity must be heard of, how often it is: the server hears a part of that only. */
const beatsPerTimeout = 8;

/**
 * Tells the server that the activity lives and how far it is; does nothing outside an activity. Of the texts,
 * what looks like a secret stays behind.
 */
export function beat(details: Details): void {
  const context = asyncLocalStorage.getStore();
  if (context === undefined) return;
  const shown = redacted(details);
  told.set(context, shown);
  context.heartbeat(shown);
}

/**
 * Lets the server know, while the work goes on, that its worker lives: one that is killed is noticed, and what it
 * was at goes to another, long before the activity's own limit. How far the work is, it tells by `beat`.
 */
export async function heard<T>(work: () => Promise<T>): Promise<T> {
  const context = asyncLocalStorage.getStore();
  const timeout = context?.info.heartbeatTimeoutMs ?? 0;
  if (context === undefined || timeout === 0) return work();
  const beats = setInterval(() => context.heartbeat(told.get(context)), timeout / beatsPerTimeout);
  try {
    return await work();
  } finally {
    clearInterval(beats);
  }
}

/** Aborts with a CancelledFailure when the activity is cancelled or its worker shuts down. */
export function cancellation(): AbortSignal | undefined {
  return asyncLocalStorage.getStore()?.cancellationSignal;
}

/** Waits; ends at once, with the cancellation, where the activity is cancelled or its worker shuts down. */
export async function pause(seconds: number): Promise<void> {
  const signal = cancellation();
  await delay(seconds * 1_000, undefined, signal === undefined ? {} : { signal });
}
