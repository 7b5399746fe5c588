import type { Hold } from '../rotation/messages.ts';
import type { ClusterStep, Stopped } from '../rotation/progress.ts';
import type { CarriedGoingOn } from './going-on.ts';
import type { SetState } from '../rotation/set-state.ts';
import type { CarriedEvidence } from './unit-evidence.ts';

/** What a run of the workflow hands to the next: all that is in its reports, and who was told to go on. */
export interface CarriedRun extends CarriedGoingOn {
  readonly steps: readonly ClusterStep[];
  /** Left out where there are none. */
  readonly regressed?: readonly RegressedCluster[];
  readonly sequence: number;
  /** By stage: a stage that is begun anew tells of its versions once more. */
  readonly written: Readonly<Record<string, number>>;
  readonly evidence: CarriedEvidence;
  readonly accepted?: boolean;
  readonly hold?: Hold;
  readonly set?: SetState;
  readonly doubtedIn?: number;
}

/** A cluster that stands still because a look has found its unit not as it is known to be. */
export interface RegressedCluster {
  readonly cluster: string;
  /** What the look has found, and when. */
  readonly code: string;
  readonly at: string;
  /** What had stopped it before; left out where it was going or at rest. */
  readonly before?: Stopped;
}
