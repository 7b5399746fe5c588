import { ApplicationFailure, TemporalFailure } from '@temporalio/common';
import { heard } from './kube/heartbeat.ts';
import { Problem, type ProblemReport } from '../problems/problem.ts';
import { Problems } from '../problems/problems.ts';
import { redacted, withoutSecrets } from './redact.ts';
import { retryAfterMs } from './retry-after.ts';

/** Each of a thousand clusters may lack its file of a new CA. */
const mostParts = 20;

/**
 * Milliseconds; a server that asks to be left alone for longer stops the step by name: the retry policy waits for half
 * a minute at most, and a person is not to find out after a week why nothing goes on.
 */
const longestDelay = 120_000;

/**
 * Activities that are heard of while they run, and whose every failure is one that Temporal can show and act on.
 *
 * - A Problem becomes an ApplicationFailure: type is its code, the first detail its report, non-retryable
 *   unless the registry says that a retry may help. A Retry-After of the server at the other end sets the
 *   delay before the next attempt; one beyond two minutes makes it non-retryable, with the time in words.
 * - Temporal's own failures (cancellation, failures made by the activity) pass as they are.
 * - Anything else becomes a retryable failure of type UNEXPECTED_FAILURE. Causes and stacks stay behind: a
 *   client library may have put a request's body in them.
 */
export function guarded<T extends object>(activities: T): T {
  const wrapped = Object.entries(activities).map(([name, activity]: [string, unknown]) => [
    name,
    isFunction(activity) ? guardedActivity(name, activity) : activity,
  ]);
  // fromEntries forgets the keys; each value has the signature that it had.
  return Object.fromEntries(wrapped) as T;
}

function guardedActivity(name: string, activity: (...args: unknown[]) => unknown) {
  return async (...args: unknown[]): Promise<unknown> => {
    try {
      return await heard(() => Promise.resolve(activity(...args)));
    } catch (error) {
      throw asFailure(name, error);
    }
  };
}

function isFunction(value: unknown): value is (...args: unknown[]) => unknown {
  return typeof value === 'function';
}

/**
 * The failure that Temporal is to see in place of `error`; `activity` names where it happened, `told` is what it says
 * besides a Problem.
 */
export function asFailure(activity: string, error: unknown, told?: object): TemporalFailure {
  if (error instanceof TemporalFailure) return error;
  const delay = retryAfterMs(error);
  const nextRetryDelay = delay === undefined ? {} : { nextRetryDelay: Math.min(delay, longestDelay) };
  if (error instanceof Problem) {
    const isTooLong = error.retryable && delay !== undefined && delay > longestDelay;
    const problem = isTooLong ? withDelay(error, delay) : error;
    return ApplicationFailure.create({
      type: problem.code,
      message: withoutSecrets(problem.message),
      nonRetryable: isTooLong || !problem.retryable,
      details: [redacted(reportOf(problem)), ...(told === undefined ? [] : [told])],
      ...(isTooLong ? {} : nextRetryDelay),
    });
  }
  const text = error instanceof Error ? `${error.name}: ${error.message}` : 'not an Error was thrown';
  return ApplicationFailure.create({
    type: 'UNEXPECTED_FAILURE',
    message: withoutSecrets(`${activity}: ${text}`),
    ...nextRetryDelay,
  });
}

function withDelay({ code, details }: Problem, delay: number): Problem {
  const until = `it asks to be left alone for ${Math.ceil(delay / 1000)} s`;
  return new Problem(code, {
    ...details,
    found: details.found === undefined ? until : `${details.found}; ${until}`,
    hint: 'wait for as long as it asks, or have its limits raised; then: meshturn rotation retry …',
  });
}

function reportOf(problem: Problem): ProblemReport {
  if (!(problem instanceof Problems) || problem.parts.length <= mostParts) return problem.report();
  const { parts, ...report } = problem.report();
  const found = `${parts.length} errors, ${mostParts} of them named`;
  return { ...report, found, ...{ parts: parts.slice(0, mostParts) } };
}
