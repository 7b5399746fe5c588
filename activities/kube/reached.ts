import { type Wait, waitFor } from './wait.ts';

/**
 * What a wait must know before it can look: read again and again, within the wait's own limit, while it fails for
 * reasons that pass. Resolves with it and with the seconds that are left.
 * @throws Problem `code` at the limit, or what no retry mends
 */
export async function reached<T>(
  wait: Pick<Wait<T>, 'object' | 'code' | 'expected' | 'limitSeconds'>,
  read: () => Promise<T>,
): Promise<{ readonly known: T; readonly leftSeconds: number }> {
  const begun = performance.now();
  const known = await waitFor({ ...wait, everySeconds: 1, look: read });
  return { known, leftSeconds: Math.max(0, wait.limitSeconds - (performance.now() - begun) / 1_000) };
}
