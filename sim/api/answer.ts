import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ZodError } from 'zod';
import { pathParts, toCall, type Call } from './call.ts';
import type { SimCluster } from './cluster.ts';
import type { Fault } from './faults.ts';
import { authorize } from './authorize.ts';
import { handlerOf, type HandlerContext } from './handlers.ts';
import { bearerOf } from './readiness.ts';
import { ApiError, failure, reasonOf, type Status } from './status.ts';

/** Authenticates a request, lets faults strike it, authorizes it, and gives it to its handler. */
export async function answer(
  clusters: readonly SimCluster[],
  request: FastifyRequest,
  reply: FastifyReply,
  context: HandlerContext,
): Promise<unknown> {
  const { cluster: name } = pathParts.parse(request.params);
  const cluster = clusters.find((each) => each.name === name);
  if (cluster === undefined) {
    throw new ApiError('NotFound', 'the server could not find the requested resource');
  }
  const user = cluster.tokens.review(bearerOf(request) ?? '');
  if (!user.authenticated) throw new ApiError('Unauthorized', 'Unauthorized');
  const call = toCall(cluster, user, request, reply);
  cluster.faults.connected(request.raw.socket);
  const fault = cluster.faults.strike(call);
  if (fault !== undefined && (await suffer(fault, call)) === 'answered') return reply;
  authorize(call);
  const result = handlerOf(call)(call, context);
  if (reply.sent) return reply;
  return reply.code(call.verb === 'create' ? 201 : 200).send(result);
}

async function suffer(fault: Fault, { request, reply }: Call): Promise<'answered' | 'goes on'> {
  if (fault.delay !== undefined) await delay(fault.delay);
  if (fault.cutAfter !== undefined) {
    setTimeout(() => request.raw.socket.destroy(), fault.cutAfter).unref();
  }
  const passage = await fault.hold?.();
  if (fault.cut === true || passage === 'cut') {
    reply.hijack();
    request.raw.socket.destroy();
    return 'answered';
  }
  if (fault.status === undefined) return 'goes on';
  const { status, retryAfter } = fault;
  if (retryAfter !== undefined) void reply.header('retry-after', String(retryAfter));
  const details = retryAfter === undefined ? undefined : { retryAfterSeconds: retryAfter };
  send(reply, failure(status, reasonOf(status), `the server answers ${status} as it was told to`, details));
  return 'answered';
}

/** Answers with the Status of an error; what the simulation itself does wrong is a 500. */
export function fail(error: unknown, _request: FastifyRequest, reply: FastifyReply): void {
  send(reply, statusOf(error));
}

function statusOf(error: unknown): Status {
  if (error instanceof ApiError) return error.status;
  if (error instanceof ZodError) return new ApiError('BadRequest', error.message).status;
  const message = error instanceof Error ? error.message : String(error);
  return failure(500, 'InternalError', `Internal error occurred: ${message}`);
}

function send(reply: FastifyReply, status: Status): void {
  void reply.code(status.code).type('application/json').send(status);
}
