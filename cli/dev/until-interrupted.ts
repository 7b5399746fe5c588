import { once } from 'node:events';
import type { Context } from '../context.ts';

/** Resolves with Ctrl-C, at once where it came before. */
export async function untilInterrupted({ interrupted }: Pick<Context, 'interrupted'>): Promise<void> {
  if (interrupted.aborted) return;
  // An aborted signal keeps no process alive, and neither does waiting for it.
  const alive = setInterval(() => undefined, 2 ** 30);
  try {
    await once(interrupted, 'abort');
  } finally {
    clearInterval(alive);
  }
}
