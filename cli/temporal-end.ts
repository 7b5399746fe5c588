import type { WorkflowExecutionInfo } from '@temporalio/client';
import type { ServerEnd } from '../rotation/progress.ts';
import type { EndedByServer } from '../rotation/server-end.ts';

const ends: Readonly<Record<string, ServerEnd>> = {
  TERMINATED: 'terminated',
  CANCELLED: 'cancelled',
  TIMED_OUT: 'timedOut',
  // Of its own will a rotation fails only where its first plan is forbidden, and says so before.
  FAILED: 'crashed',
};

/** How the server ended an execution; undefined where it goes on, or came to its own end. */
export function endedByServer({
  status,
  closeTime,
  startTime,
}: Pick<WorkflowExecutionInfo, 'status' | 'closeTime' | 'startTime'>): EndedByServer | undefined {
  const state = ends[status.name];
  return state && { state, at: (closeTime ?? startTime).toISOString() };
}
