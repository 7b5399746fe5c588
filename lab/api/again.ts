import { setTimeout as delay } from 'node:timers/promises';
import { Problem } from '../../problems/problem.ts';
import { asError } from '../as-error.ts';

const retryAfterMs = 200;

type Turn = 'ended' | 'again';

/**
 * Goes through `turn` again and again until it says `ended`, or until the signal. What passes by itself, such as a
 * server that is away, is told, and tried again a moment later. Throws the Problem that a turn rejects with, and what it
 * throws at once, before anything was asked: a retry would hide that.
 */
export async function again(
  { signal, tell }: { readonly signal: AbortSignal; readonly tell: (line: string) => void },
  turn: () => Turn | Promise<Turn>,
): Promise<void> {
  const hasEnded = (): boolean => signal.aborted;
  while (!hasEnded()) {
    const going = turn();
    try {
      if ((await going) === 'ended') return;
    } catch (error) {
      if (hasEnded()) return;
      if (error instanceof Problem) throw error;
      tell(asError(error).message);
      // The signal cuts the pause short.
      await delay(retryAfterMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
