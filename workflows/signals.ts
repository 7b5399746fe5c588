import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import {
  type CommandRequest,
  type Hold,
  messages,
  type RetryRequest,
  type UnitReport,
} from '../rotation/messages.ts';
import type { RequestsPage, Submission } from '../rotation/requests.ts';
import type { StatusPage, StatusRequest } from '../rotation/status-page.ts';

/** A unit's report to its rotation. */
export const unitReported = defineSignal<[UnitReport]>(messages.unitReported);
/** Lets a stopped unit, or one cluster of it, go on. */
export const resumeUnit = defineSignal<[ResumeRequest]>(messages.resumeUnit);
/** Lets what is stopped try again; answers with the digest of the state after it. Without argument: all of it. */
export const retry = defineUpdate<string, [RetryRequest | undefined]>(messages.retry);
/** The other commands, answered alike. Each is refused where `rotation/commands.ts` says so. */
export const pause = defineUpdate<string, [CommandRequest | undefined]>(messages.pause);
export const resume = defineUpdate<string, [CommandRequest | undefined]>(messages.resume);
export const abort = defineUpdate<string, [CommandRequest | undefined]>(messages.abort);
export const rollback = defineUpdate<string, [CommandRequest | undefined]>(messages.rollback);
/** Keeps a unit from going on; without a hold it goes on. */
export const holdUnit = defineSignal<[HoldRequest]>(messages.holdUnit);
/** The state of the rotation, page by page: without argument its head, what each phase counts, and the first page. */
export const status = defineQuery<StatusPage, [request?: StatusRequest]>(messages.status);

/** The requests for certificates that wait, page by page. */
export const requests = defineQuery<RequestsPage, [request?: { readonly after?: string }]>(messages.requests);
/** Brings a certificate that was asked for; answers with its fingerprint. */
export const submitCertificate = defineUpdate<string, [Submission]>(messages.submitCertificate);

export interface ResumeRequest {
  readonly cluster?: string;
}

export interface HoldRequest {
  readonly hold?: Hold;
}
