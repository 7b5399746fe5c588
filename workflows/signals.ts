import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import { messages, type RetryRequest, type UnitReport } from '../rotation/messages.ts';
import { type RotationProgress } from '../rotation/progress.ts';

/** A unit's report to its rotation. */
export const unitReported = defineSignal<[UnitReport]>(messages.unitReported);
/** Lets a stopped unit, or one cluster of it, go on. */
export const resumeUnit = defineSignal<[ResumeRequest]>(messages.resume);
/** Lets what is stopped try again; answers with the digest of the state after it. Without argument: all of it. */
export const retry = defineUpdate<string, [RetryRequest | undefined]>(messages.retry);
export const status = defineQuery<RotationProgress>(messages.status);

export interface ResumeRequest {
  readonly cluster?: string;
}
