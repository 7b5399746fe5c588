import type { Hold } from '../rotation/messages.ts';
import type { ClusterStep } from '../rotation/progress.ts';
import type { CarriedEvidence } from './unit-evidence.ts';

/** What a run of the workflow hands to the next: all that is in its reports, and who was told to go on. */
export interface CarriedRun {
  readonly steps: readonly ClusterStep[];
  readonly resumed: Readonly<Record<string, number>>;
  readonly stoppedAt: Readonly<Record<string, number>>;
  readonly sequence: number;
  /** By stage: a stage that is begun anew tells of its versions once more. */
  readonly written: Readonly<Record<string, number>>;
  readonly evidence: CarriedEvidence;
  readonly accepted?: boolean;
  readonly hold?: Hold;
  readonly set?: SetState;
  readonly doubtedIn?: number;
}

/**
 * How the unit's CA set is, as far as its own writes go: `writing` while one is under way or only the next one makes
 * the set whole, `unsure` where such a write has failed, `either` where one has that cannot tear a set: it holds what was
 * written, or what was there before.
 */
export type SetState = 'whole' | 'writing' | 'unsure' | 'either';
