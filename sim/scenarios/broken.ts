/** Takes the fault back, or does what a person would. */
export type Mend = () => void | Promise<void>;

/** A fault that is set. */
export interface Broken {
  readonly mend: Mend;
  /** How often it has made a difference to anybody so far. */
  readonly met: () => number;
}

/** Counts how often a fault strikes. */
export function counted(): { readonly onStrike: () => void; readonly met: () => number } {
  let strikes = 0;
  return { onStrike: () => void (strikes += 1), met: () => strikes };
}
