import { beat, cancellation } from '../kube/heartbeat.ts';

/** Milliseconds; well below any heartbeat timeout, while a single request or read may take longer. */
const usualInterval = 5_000;

/**
 * Heartbeats while the work goes on: it is made of requests that each end by a time limit of their own. Ends
 * with the activity.
 * @param waitingFor in words
 */
export async function beating<T>(
  waitingFor: string,
  work: () => Promise<T>,
  every = usualInterval,
): Promise<T> {
  cancellation()?.throwIfAborted();
  beat({ waitingFor });
  const heartbeats = setInterval(() => beat({ waitingFor }), every);
  try {
    return await work();
  } finally {
    clearInterval(heartbeats);
  }
}
