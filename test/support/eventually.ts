import { vi } from 'vitest';

/**
 * Waits until `look` neither throws nor rejects, and returns what it returned; after so many seconds its last
 * failure is thrown. The bound is there for what never comes true: on a busy machine all else may be slow.
 */
export async function eventually<T>(look: () => T | Promise<T>, seconds = 100): Promise<T> {
  return vi.waitFor(look, { timeout: seconds * 1000, interval: 50 });
}
