import type { Activities } from '../../activities/contract.ts';
import { guarded } from '../../activities/failure.ts';
import { createWorkers } from '../../worker/create-workers.ts';
import type { Harness } from '../workflows/harness.ts';

/** One call of an activity, and the worker that made it. */
export interface Call {
  readonly worker: string;
  readonly activity: string;
  /** As JSON: names the clusters that it touches. */
  readonly input: string;
}

/** The activities as one worker has them, with a note of each call. */
export function recorded(calls: Call[], worker: string, activities: Activities): object {
  return Object.fromEntries(
    Object.entries(guarded(activities)).map(([activity, call]: [string, unknown]) => [
      activity,
      (input: unknown): unknown => {
        calls.push({ worker, activity, input: JSON.stringify(input) });
        return isFunction(call) ? call(input) : undefined;
      },
    ]),
  );
}

function isFunction(value: unknown): value is (input: unknown) => unknown {
  return typeof value === 'function';
}

/** Runs `test` beside the worker that `worker`, or `worker --reach`, starts, with these activities. */
export async function beside<T>(
  { env }: Harness,
  reach: readonly string[] | undefined,
  activities: object,
  test: () => Promise<T>,
): Promise<T> {
  const connection = env.nativeConnection;
  const [worker] = await createWorkers(reach, {
    ...{ connection, namespace: 'default', activities, sticky: 500 },
  });
  if (worker === undefined) throw new Error('expected a worker');
  return worker.runUntil(test);
}
