/** What is known of a CA set, as far as the rotation's own writes to it go. */
interface Known {
  /** True where nothing can be torn: every istiod loads it, also one that starts on it. */
  readonly sound: boolean;
  /** Of a unit that stands still, why its source may hold something else than is proven. */
  readonly open?: string;
}

const states = {
  whole: { sound: true },
  /** A write is under way, or only the next one makes the set whole. */
  writing: { sound: false },
  /** A write has failed that cannot tear a set: it holds what was written, or what was there before. */
  either: { sound: true, open: 'its last write failed, and may have been carried out' },
  /** One has failed that can, or was to be followed by another: istiod refuses a part of a set. */
  unsure: { sound: false, open: 'its CA set may be written, also in part' },
} as const satisfies Record<string, Known>;

export type SetState = keyof typeof states;

/** Those of a set that holds nobody knows what: of two, or of two and parts of them. */
export type OpenSet = Extract<SetState, 'either' | 'unsure'>;

export function isSound(set: SetState): boolean {
  return states[set].sound;
}

export function isOpen(set: SetState): set is OpenSet {
  return 'open' in states[set];
}

export function openWords(set: OpenSet): string {
  return states[set].open;
}
