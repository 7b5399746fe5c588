import type { Worker } from '@temporalio/worker';

type Run = Pick<Worker, 'run' | 'shutdown' | 'getState'>;

/**
 * Runs workers of one process until all have ended, then calls `close`. One that fails takes the others with it: a process
 * that went on with some of them would look alive, and nobody would start it again. Rejects with the first failure.
 */
export async function runAll(workers: readonly Run[], close: () => Promise<void>): Promise<void> {
  const runs = workers.map(async (worker) => {
    try {
      await worker.run();
    } catch (error) {
      shutDown(workers);
      throw error;
    }
  });
  await Promise.allSettled(runs);
  await close();
  await Promise.all(runs);
}

/** Those that run take no new tasks. */
export function shutDown(workers: readonly Run[]): void {
  for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
}
