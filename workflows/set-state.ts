/**
 * How the unit's CA set is, as far as its own writes go: `writing` while one is under way or only the next one makes
 * the set whole, `unsure` where such a write has failed, `either` where one has that cannot tear a set: it holds what was
 * written, or what was there before.
 */
export type SetState = 'whole' | 'writing' | 'unsure' | 'either';

/** True where nothing can be torn. */
export function isSound(set: SetState): boolean {
  return set === 'whole' || set === 'either';
}
