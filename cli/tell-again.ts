import { setTimeout } from 'node:timers/promises';
import { goesOn } from '../rotation/messages.ts';

/** What passes by itself, in the words in which it is said, and how often and after how long it is tried again. */
const passing = [
  // The run that was told ended before it answered, or its task is repeated.
  { words: 'completed before the Update completed', repeats: 2, pauseMs: 0 },
  { words: 'due to unexpected workflow task failure', repeats: 2, pauseMs: 0 },
  // A run that is about to end takes nothing more, and the next begins once all its answers are out.
  { words: goesOn, repeats: 50, pauseMs: 200 },
] as const;

/**
 * Tells a rotation, and again where it goes on in a new run meanwhile.
 * @param update with the same id each time: a command that was carried out is not carried out again
 */
export async function tellAgain<T>(update: () => Promise<T>): Promise<T> {
  const told = new Map<string, number>();
  for (;;) {
    try {
      return await update();
    } catch (error) {
      const why = passing.find(({ words }) => isSaid(error, words));
      const before = told.get(why?.words ?? '') ?? 0;
      if (why === undefined || before === why.repeats) throw error;
      told.set(why.words, before + 1);
      await setTimeout(why.pauseMs);
    }
  }
}

function isSaid(error: unknown, words: string): boolean {
  const causes = error instanceof Error ? [error, error.cause] : [];
  return causes.some((cause) => cause instanceof Error && cause.message.includes(words));
}
