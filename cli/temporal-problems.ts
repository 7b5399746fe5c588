import {
  isGrpcServiceError,
  QueryNotRegisteredError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { status } from '@grpc/grpc-js';
import { Problem } from '../problems/problem.ts';
import type { MeshName } from './rotations.ts';

/** What the Temporal client threw about a mesh's rotation, by name; what has no name is passed on. */
export function temporalProblem(error: unknown, { fleet, mesh }: MeshName): unknown {
  const object = `${fleet}/${mesh}`;
  if (error instanceof WorkflowExecutionAlreadyStartedError) {
    const hint = `watch it: meshturn rotation watch ${object}`;
    const details = { object, expected: 'none under way', found: `workflow ${error.workflowId}`, hint };
    return new Problem('ROTATION_RUNNING', details, { cause: error });
  }
  if (error instanceof WorkflowNotFoundError) {
    return error.message.includes('already completed')
      ? refused(object, 'a rotation that has ended', error)
      : new Problem(
          'ROTATION_UNKNOWN',
          { object, expected: 'one under way, or ended within the retention', found: 'none' },
          { cause: error },
        );
  }
  if (error instanceof WorkflowUpdateFailedError) {
    return refused(object, error.cause?.message ?? error.message, error);
  }
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) {
    return workerMissing(object, error);
  }
  return wireProblem(error, object);
}

export function workerMissing(object: string, cause: unknown): Problem {
  const hint = 'start one: meshturn worker -f FILE';
  return new Problem('WORKER_MISSING', { object, hint }, { cause });
}

/** @param object `FLEET/MESH` */
export function refused(object: string, found: string, cause?: Error): Problem {
  const hint = `look at its state: meshturn rotation status ${object}`;
  return new Problem('COMMAND_REFUSED', { object, found, hint }, cause && { cause });
}

/** The same of what is about no rotation in particular. */
export function wireProblem(error: unknown, object: string): unknown {
  const code = grpcCode(error);
  if (code === status.UNAVAILABLE || code === status.DEADLINE_EXCEEDED) {
    const found = code === status.UNAVAILABLE ? 'no connection' : 'no answer in time';
    return new Problem(
      'TEMPORAL_UNREACHABLE',
      { object, expected: 'an answer of the server', found },
      { cause: error },
    );
  }
  if (code === status.PERMISSION_DENIED || code === status.UNAUTHENTICATED) {
    return new Problem('TEMPORAL_FORBIDDEN', { object }, { cause: error });
  }
  return error;
}

/** True where the server answered for a worker that did not: it lets a query hang where there is none. */
export function isSilence(error: unknown): boolean {
  if (error instanceof QueryNotRegisteredError) return true;
  return [status.DEADLINE_EXCEEDED, status.CANCELLED, status.FAILED_PRECONDITION].includes(
    grpcCode(error) ?? status.OK,
  );
}

/** The client hands gRPC errors on as they are, or as the cause of its own. */
export function grpcCode(error: unknown): status | undefined {
  if (isGrpcServiceError(error)) return error.code;
  const cause = error instanceof Error ? error.cause : undefined;
  return isGrpcServiceError(cause) ? cause.code : undefined;
}
