import { ActivityFailure, ApplicationFailure, isCancellation, TimeoutFailure } from '@temporalio/workflow';
import type { WriteFailure } from '../activities/untouched.ts';
import { Problem, type ProblemReport } from '../problems/problem.ts';
import { codes, isProblemCode, type ProblemCode } from '../problems/registry.ts';
import type { Stopped } from '../rotation/progress.ts';
import { clipped } from './details-bounds.ts';

/** Every page of the state has the stops of its clusters, and every document of evidence fifty of them. */
const mostWords = 4000;

/**
 * Why a step stands still, from the failure that ended it. Undefined where no person can mend it by a `retry`:
 * a cancellation, or a mistake in the workflow's own code.
 */
export function stopReason(error: unknown, at: string): Stopped | undefined {
  if (isCancellation(error)) return undefined;
  const report = reportOf(error);
  if (report === undefined) return undefined;
  const { code, message, hint, overridable = [] } = report;
  return {
    ...{ code, message: clipped(message, mostWords), hint: clipped(hint, mostWords), at },
    ...(overridable.length === 0 ? {} : { overridable }),
  };
}

/** The failure of a wait that the workflow itself ends. */
export function failWith(problem: Problem): ApplicationFailure {
  return ApplicationFailure.create({
    type: problem.code,
    message: problem.message,
    nonRetryable: true,
    details: [problem.report()],
  });
}

/** Whether a write that failed says that it was not begun. */
export function wasUntouched(error: unknown): boolean {
  if (!(error instanceof ActivityFailure && error.cause instanceof ApplicationFailure)) return false;
  const told: unknown = error.cause.details?.[1];
  return isRecord(told) && told['untouched' satisfies keyof WriteFailure] === true;
}

/** Whether an activity was taken by no worker in time. */
export function lacksWorker(error: unknown): boolean {
  return error instanceof ActivityFailure && error.cause instanceof TimeoutFailure && isNotBegun(error.cause);
}

function isNotBegun({ timeoutType }: TimeoutFailure): boolean {
  return timeoutType === 'SCHEDULE_TO_START';
}

type Reason = Pick<ProblemReport, 'code' | 'message' | 'hint' | 'overridable'>;

function reportOf(error: unknown): Reason | undefined {
  if (error instanceof ApplicationFailure) return ofApplication(error);
  if (!(error instanceof ActivityFailure)) return undefined;
  const { cause, activityType } = error;
  if (cause instanceof TimeoutFailure) return ofTimeout(cause, activityType);
  if (cause instanceof ApplicationFailure) return ofApplication(cause);
  return unexpected(`${activityType}: ${cause?.message ?? error.message}`);
}

function ofApplication({ type, message, details }: ApplicationFailure): Reason {
  if (!isCode(type)) return unexpected(message);
  const report = isRecord(details?.[0]) ? details[0] : {};
  const hint = typeof report['hint'] === 'string' ? report['hint'] : codes[type].hint;
  const { overridable } = report;
  return { code: type, message, hint, ...(isTexts(overridable) ? { overridable } : {}) };
}

/** A time limit hides what failed until then: the last failure says more, where there was one. */
function ofTimeout(limit: TimeoutFailure, activityType: string): Reason {
  const object = `activity ${activityType}`;
  if (isNotBegun(limit)) return new Problem('WORKER_MISSING', { object }).report();
  const { timeoutType, cause } = limit;
  if (cause instanceof ApplicationFailure) return ofApplication(cause);
  return new Problem('ACTIVITY_TIMED_OUT', { object, found: timeoutType ?? 'a time limit' }).report();
}

function unexpected(message: string): Reason {
  return { code: 'UNEXPECTED_FAILURE', message, hint: codes.UNEXPECTED_FAILURE.hint };
}

function isCode(type: string | null | undefined): type is ProblemCode {
  return typeof type === 'string' && isProblemCode(type);
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
