import { ApiException } from '@kubernetes/client-node';
import { z } from 'zod';
import { Problem } from '../../problems/problem.ts';
import type { ClusterClient } from './connect.ts';
import { forbidden, type Asked } from './forbidden.ts';
import { isAllowedNow, notReady, startingReason } from './starting.ts';
import type { ProblemCode } from '../../problems/registry.ts';

/**
 * Turns whatever a call to an API server threw into a Problem. A Problem passes through as it is. Request and
 * response bodies and headers, which may hold secrets, never get into it: of the API server's answer only the
 * message of its Status is told.
 * @param object what was asked for, with its cluster: `pods in aks-istio-system of cluster west`
 * @param asked the same as RBAC has it, where a refusal comes without its message
 */
export function asProblem(error: unknown, object: string, asked?: Asked): Problem {
  if (error instanceof Problem) return error;
  const status = statusOf(error);
  if (status === undefined) return unreachable(error, object);
  const message = status.message ?? `HTTP ${status.code}`;
  const code = codeOf(status);
  if (code === 'CLUSTER_FORBIDDEN') return forbidden(object, message, asked);
  return new Problem(code, { object, found: message }, retryHint(error));
}

const justStarted = 'it refused just before it was ready what it allows now';

/** The same of what a client's session threw, which the library makes by itself: see patientHttp. */
export async function sessionProblem(
  { config }: Pick<ClusterClient, 'config'>,
  error: unknown,
  object: string,
  asked: Asked,
): Promise<Problem> {
  const problem = asProblem(error, object, asked);
  if (problem.code !== 'CLUSTER_FORBIDDEN') return problem;
  try {
    const found = (await notReady(config)) ?? ((await isAllowedNow(config, asked)) ? justStarted : undefined);
    return found === undefined ? problem : new Problem('CLUSTER_STARTING', { object, found });
  } catch (gone) {
    return asProblem(gone, object);
  }
}

/** Keeps of the answer how long the server asks to be left alone, and nothing else. */
function retryHint(error: unknown): ErrorOptions {
  const after = error instanceof ApiException ? error.headers['retry-after'] : undefined;
  if (after === undefined) return {};
  return { cause: Object.assign(new Error('Retry-After'), { headers: { 'retry-after': after } }) };
}

/** Runs a call and throws asProblem of what it throws. */
export async function calling<T>(object: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw asProblem(error, object);
  }
}

/** As `calling`, but what is not there is undefined. */
export async function callingForMaybe<T>(object: string, call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (statusOf(error)?.code === 404) return undefined;
    throw asProblem(error, object);
  }
}

interface Refusal {
  readonly code: number;
  readonly message?: string | undefined;
  readonly reason?: string | undefined;
}

/** The HTTP status of an API server's refusal; undefined where no answer came. */
export function statusOf(error: unknown): Refusal | undefined {
  if (error instanceof ApiException) return { ...statusIn(error.body), code: error.code };
  const handshake = /^Unexpected server response: (\d{3})$/.exec(messageOf(error));
  return handshake ? { code: Number(handshake[1]) } : undefined;
}

function codeOf({ code, reason }: Refusal): ProblemCode {
  if (reason === startingReason) return 'CLUSTER_STARTING';
  if (code === 401) return 'CLUSTER_UNAUTHORIZED';
  if (code === 403) return 'CLUSTER_FORBIDDEN';
  if (code === 404) return 'OBJECT_NOT_FOUND';
  if (code === 409) return 'OBJECT_CONFLICT';
  if (code === 410) return 'RESOURCE_EXPIRED';
  if (code === 429) return 'CLUSTER_THROTTLED';
  if (code >= 500) return 'CLUSTER_FAILING';
  return 'REQUEST_REJECTED';
}

function unreachable(error: unknown, object: string): Problem {
  return new Problem('CLUSTER_UNREACHABLE', { object, found: messageOf(error) });
}

/** fetch says `fetch failed` and hides the reason in `cause`; a WebSocket's ErrorEvent is no Error. */
function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return messageOf(error.errors[0]);
  if (error instanceof Error && error.cause instanceof Error) return messageOf(error.cause);
  const parsed = z.object({ message: z.string() }).safeParse(error);
  return parsed.success && parsed.data.message !== '' ? parsed.data.message : 'an unknown error';
}

const statusSchema = z.object({ message: z.string(), reason: z.string().optional() });

function statusIn(body: unknown): z.output<typeof statusSchema> | undefined {
  return statusSchema.safeParse(typeof body === 'string' ? fromJson(body) : body).data;
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A proxy before the API server answers in HTML: its body tells nothing that a person could use.
    return undefined;
  }
}
