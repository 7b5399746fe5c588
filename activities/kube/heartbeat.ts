import { asyncLocalStorage } from '@temporalio/activity';
import { redacted } from '../redact.ts';

/**
 * Tells the server that the activity lives and how far it is; does nothing outside an activity. Of the texts,
 * what looks like a secret stays behind.
 */
export function beat(details: Readonly<Record<string, unknown>>): void {
  asyncLocalStorage.getStore()?.heartbeat(redacted(details));
}

/** Aborts with a CancelledFailure when the activity is cancelled or its worker shuts down. */
export function cancellation(): AbortSignal | undefined {
  return asyncLocalStorage.getStore()?.cancellationSignal;
}
