import { asyncLocalStorage } from '@temporalio/activity';
import { asFailure } from './failure.ts';

/** What a failed write tells besides its Problem; a workflow reads it from the failure's second detail. */
export interface WriteFailure {
  /** No object was written, so that the CA source holds what it held. */
  readonly untouched: true;
}

/**
 * Makes a write, which says before it sends anything. Where it fails before that, the failure says that nothing was
 * written; a later attempt cannot know, nor can one outside an activity.
 */
export async function tellingUntouched<T>(write: (sending: () => void) => Promise<T>): Promise<T> {
  const isFirst = asyncLocalStorage.getStore()?.info.attempt === 1;
  const done = { sent: false };
  try {
    return await write(() => {
      done.sent = true;
    });
  } catch (error) {
    const told: WriteFailure = { untouched: true };
    throw isFirst && !done.sent ? asFailure('writeSource', error, told) : error;
  }
}
