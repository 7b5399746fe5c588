import { vi } from 'vitest';

/**
 * Waits until `look` neither throws nor rejects, and returns what it returned; after 100 s its last failure is
 * thrown. The bound is there for what never comes true: on a busy machine all else may be slow.
 */
export async function eventually<T>(look: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(look, { timeout: 100_000, interval: 50 });
}
