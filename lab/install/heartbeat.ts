/** How long what is waited for may be silent. */
const heartbeatMs = 10_000;

/** Tells, again and again, for how many seconds `work` has gone on, and resolves as it does. */
export async function whileTelling<T>(tell: (seconds: number) => void, work: () => Promise<T>): Promise<T> {
  const start = performance.now();
  const heartbeat = setInterval(() => tell(Math.round((performance.now() - start) / 1000)), heartbeatMs);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
  }
}
