import { Client } from '@temporalio/client';
import { createActivities } from '../activities/create.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { Problem } from '../problems/problem.ts';
import { connectClient, connectWorker, type TemporalTarget } from './connection.ts';
import { createWorkers } from './create-workers.ts';
import { installRuntime } from './log.ts';
import { verifySearchAttributes } from './namespace.ts';
import { runAll, shutDown } from './run-all.ts';
import { stickyTimeout } from './sticky.ts';
import { unlessAborted } from './unless-aborted.ts';

export interface WorkerOptions {
  /** TEMPORAL_* and profiles where left out. */
  readonly target?: TemporalTarget;
  readonly fleets: readonly Fleet[];
  /** Standard error where left out. */
  readonly logFile?: string;
  /** Groups whose clusters this worker reaches; then it takes no other tasks, and no workflows. */
  readonly reach?: readonly string[];
}

export interface RunningWorker {
  /** Settles when the worker has ended; rejects with WORKER_FAILED. */
  readonly ended: Promise<void>;
  /** Settles with why it failed, if ever. */
  readonly failed: Promise<unknown>;
  /** Takes no new tasks; activities that wait for events end at once, and another worker goes on with them. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts a worker over some fleet files. Throws TEMPORAL_UNREACHABLE, TEMPORAL_CONFIG_INVALID,
 * SEARCH_ATTRIBUTE_MISSING.
 */
export async function startWorker(options: WorkerOptions): Promise<RunningWorker> {
  const ref = await connectClient(options.target);
  const closing = [() => ref.connection.close()];
  const close = async () => {
    for (const one of closing.reverse()) await one();
  };
  try {
    await verifySearchAttributes(ref);
    // Not before a server is known to answer: a runtime without a connection would keep the process alive.
    installRuntime(options.logFile);
    const { connection } = await connectWorker(options.target);
    closing.push(() => connection.close());
    const activities = createActivities({ fleets: options.fleets, client: new Client(ref) });
    const workers = await createWorkers(options.reach, {
      ...{ connection, namespace: ref.namespace, activities },
      sticky: stickyTimeout(options.fleets),
    });
    const ended = runAll(workers, close).catch((error: unknown) => {
      throw workerFailed(ref.namespace, error);
    });
    const failed = Promise.withResolvers<unknown>();
    ended.catch(failed.resolve);
    const stop = async () => {
      shutDown(workers);
      await ended;
    };
    return { ended, failed: failed.promise, stop };
  } catch (error) {
    await close();
    throw error;
  }
}

function workerFailed(namespace: string, cause: unknown): Problem {
  const found = cause instanceof Error ? cause.message : String(cause);
  return new Problem('WORKER_FAILED', { object: `worker of namespace ${namespace}`, found }, { cause });
}

/**
 * Runs a worker until `told` is aborted, and calls `up` once it takes tasks. Throws what `startWorker` throws, the
 * signal's reason before it is up, and WORKER_FAILED.
 */
export async function runWorker(options: WorkerOptions, told: AbortSignal, up: () => void): Promise<void> {
  const worker = await unlessAborted(told, startWorker(options));
  up();
  await unlessAborted(told, worker.ended).catch((error: unknown) => {
    if (!told.aborted) throw error;
  });
  await worker.stop();
}
