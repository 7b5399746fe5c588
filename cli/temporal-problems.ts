import {
  isGrpcServiceError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { status } from '@grpc/grpc-js';
import { Problem } from '../problems/problem.ts';
import { type MeshName } from './rotations.ts';

/** What the Temporal client threw about a mesh's rotation, by name; what has no name is passed on. */
export function temporalProblem(error: unknown, { fleet, mesh }: MeshName): unknown {
  const object = `${fleet}/${mesh}`;
  if (error instanceof WorkflowExecutionAlreadyStartedError) {
    const hint = `watch it: meshturn rotation watch ${object}`;
    return new Problem('ROTATION_RUNNING', { object, hint }, { cause: error });
  }
  if (error instanceof WorkflowNotFoundError) {
    return error.message.includes('already completed')
      ? new Problem('COMMAND_REFUSED', { object, found: 'a rotation that has ended' }, { cause: error })
      : new Problem('ROTATION_UNKNOWN', { object }, { cause: error });
  }
  if (error instanceof WorkflowUpdateFailedError) {
    const found = error.cause?.message ?? error.message;
    return new Problem('COMMAND_REFUSED', { object, found }, { cause: error });
  }
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) {
    return new Problem(
      'WORKER_MISSING',
      { object, hint: 'start one: meshturn worker -f FILE' },
      { cause: error },
    );
  }
  return wireProblem(error, object);
}

function wireProblem(error: unknown, object: string): unknown {
  const code = grpcCode(error);
  if (code === status.UNAVAILABLE || code === status.DEADLINE_EXCEEDED) {
    return new Problem('TEMPORAL_UNREACHABLE', { object }, { cause: error });
  }
  if (code === status.PERMISSION_DENIED || code === status.UNAUTHENTICATED) {
    return new Problem('TEMPORAL_FORBIDDEN', { object }, { cause: error });
  }
  return error;
}

/** The client hands gRPC errors on as they are, or as the cause of its own. */
export function grpcCode(error: unknown): status | undefined {
  if (isGrpcServiceError(error)) return error.code;
  const cause = error instanceof Error ? error.cause : undefined;
  return isGrpcServiceError(cause) ? cause.code : undefined;
}
