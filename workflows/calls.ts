import type { RetryPolicy } from '@temporalio/common';
import { type ActivityInterfaceFor, type ActivityOptions, proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../activities/contract.ts';
import { reachQueue, taskQueue } from '../rotation/messages.ts';

/** Every activity that a workflow calls. */
export type Calls = ActivityInterfaceFor<Activities>;

/** A passing failure is retried this often, some ten minutes in all, before the step stops with it. */
const retry: RetryPolicy = {
  // What found no end in its time finds none the next time either: a person must look.
  nonRetryableErrorTypes: ['TemporalTimeout:StartToClose'],
  initialInterval: '1s',
  maximumInterval: '30s',
  backoffCoefficient: 2,
  maximumAttempts: 25,
};
/** A queue that nobody listens on for so long has no worker. */
const workerMissingAfter = '2 minutes';
/** Beyond a wait's own limit, for the activity to say by itself that the limit is over. */
const grace = 60;
const lookLimit = '5 minutes';
const briefLimit = '1 minute';
/** Of looks at many pods: thousands of proxies take their time. */
const bigLookLimit = '30 minutes';
/** Seconds, where the fleet's own limit is not known yet: while its shape is read. */
const usualHeartbeat = 30;

/*
 * Every activity heartbeats for as long as its worker lives: what a killed worker was at, a write that is half-done
 * above all, goes to another after `heartbeat` seconds of silence, the fleet's limit. None but those
 * that keep keys is waited for where it is cut off: what a run hands to the next is put together before, and would lack
 * what it hears meanwhile.
 */
const usual = { cancellationType: 'TRY_CANCEL', retry } as const;

/** Activities that end by themselves within minutes. */
export function looks(reach?: string, heartbeat = usualHeartbeat): Calls {
  return proxyActivities<Activities>({
    ...{ ...queueOf(reach), ...usual, startToCloseTimeout: lookLimit },
    heartbeatTimeout: heartbeat * 1000,
  });
}

/** Looks that are taken again later anyway, or that nobody is to be kept by, where one fails for some minutes. */
export function watchCalls(reach?: string, heartbeat = usualHeartbeat): Calls {
  return proxyActivities<Activities>({
    ...{
      ...queueOf(reach),
      ...usual,
      retry: { ...retry, maximumAttempts: 5 },
      startToCloseTimeout: lookLimit,
    },
    heartbeatTimeout: heartbeat * 1000,
  });
}

/** What is tried for a minute at most, since nobody is to be kept by it. */
export function brief(reach?: string, heartbeat = usualHeartbeat): Calls {
  return proxyActivities<Activities>({
    ...{ ...queueOf(reach), ...usual, scheduleToCloseTimeout: briefLimit },
    heartbeatTimeout: heartbeat * 1000,
  });
}

/** Activities that look at many pods. */
export function heartbeatingLooks(reach?: string, heartbeat = usualHeartbeat): Calls {
  return proxyActivities<Activities>({
    ...{ ...queueOf(reach), ...usual, startToCloseTimeout: bigLookLimit },
    heartbeatTimeout: heartbeat * 1000,
  });
}

/**
 * Activities that make or keep keys, and are waited for where they are cut off: what disposes of keys must come after the
 * last that makes one.
 */
export function untilEnded(reach?: string, heartbeat = usualHeartbeat): Calls {
  return proxyActivities<Activities>({
    ...{ ...queueOf(reach), ...usual, startToCloseTimeout: bigLookLimit },
    cancellationType: 'WAIT_CANCELLATION_COMPLETED',
    heartbeatTimeout: heartbeat * 1000,
  });
}

/** Activities that wait for an event, `limit` seconds at most. */
export function waits(limit: number, reach?: string, heartbeat = usualHeartbeat): Calls {
  return proxyActivities<Activities>({
    ...{ ...queueOf(reach), ...usual, startToCloseTimeout: (limit + grace) * 1000 },
    heartbeatTimeout: heartbeat * 1000,
  });
}

/** Only a queue of its own can lack a worker while the workflow runs: the main one runs the workflow. */
function queueOf(reach: string | undefined): Pick<ActivityOptions, 'taskQueue' | 'scheduleToStartTimeout'> {
  const queue = reachQueue(reach);
  return queue === taskQueue
    ? { taskQueue }
    : { taskQueue: queue, scheduleToStartTimeout: workerMissingAfter };
}
