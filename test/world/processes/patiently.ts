import { vi } from 'vitest';

/** A rotation among crashes takes minutes, and on a busy machine many more. */
const longest = 15 * 60_000;

/** Milliseconds: server and worker are to work for the rotation, and not for whoever asks how it stands. */
export const betweenAsks = 1_000;

/** An end that no waiting mends: what a rotation has stopped for. */
export class Hopeless extends Error {
  override readonly name = 'Hopeless';
}

/**
 * Looks, every so many milliseconds, until `look` does not reject; at the bound, or at once where there is no hope, its
 * last failure is thrown.
 */
export async function patiently<T>(look: () => Promise<T>, interval = 50): Promise<T> {
  let hopeless: Hopeless | undefined;
  const found = await vi.waitFor(
    async () => {
      try {
        return { value: await look() };
      } catch (error) {
        if (!(error instanceof Hopeless)) throw error;
        hopeless = error;
        return undefined;
      }
    },
    { timeout: longest, interval },
  );
  if (found === undefined) throw hopeless ?? new Error('nothing was found');
  return found.value;
}
