import { asyncLocalStorage } from '@temporalio/activity';

/** Tells the server that the activity lives and how far it is; does nothing outside an activity. */
export function beat(details: Readonly<Record<string, unknown>>): void {
  asyncLocalStorage.getStore()?.heartbeat(details);
}

/** Aborts with a CancelledFailure when the activity is cancelled or its worker shuts down. */
export function cancellation(): AbortSignal | undefined {
  return asyncLocalStorage.getStore()?.cancellationSignal;
}
