import { type NativeConnection, Worker } from '@temporalio/worker';
import { reachQueue, taskQueue } from '../rotation/messages.ts';
import { workflowCode } from './bundle.ts';

/** Beyond this a worker that was told to end is ended. */
const shutdownLimit = '30s' as const;

interface Parts {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly activities: object;
  /** How long a workflow's next task waits for the worker that had the one before, in milliseconds. */
  readonly sticky: number;
}

/**
 * The workers of one process: one for everything but the groups' tasks, or one for each group named.
 * @param reach groups whose clusters this process reaches; then it takes no other tasks, and no workflows
 */
export function createWorkers(
  reach: readonly string[] | undefined,
  { sticky, ...parts }: Parts,
): Promise<Worker[]> {
  const common = { ...parts, shutdownForceTime: shutdownLimit } as const;
  if (reach !== undefined) {
    return Promise.all(reach.map((group) => Worker.create({ ...common, taskQueue: reachQueue(group) })));
  }
  const whole = { ...common, ...workflowCode(), taskQueue, stickyQueueScheduleToStartTimeout: sticky };
  return Promise.all([Worker.create(whole)]);
}
