import type { WriteEvidence } from '../activities/contract.ts';
import type { Proof } from '../rotation/plan.ts';
import type { StageLoad } from './stage-load.ts';
import type { Standstill } from './standstill.ts';

/** Where a step goes on. */
export interface At {
  /** Of the step's stages, the one that is under way. */
  readonly stage: number;
  readonly at: CarriedStage | undefined;
  /** What was proven of it before it began anew; undefined where it was never written. */
  readonly stood: readonly Proof[] | undefined;
}

/** How far a stage is: what it goes on with after a rest. Undefined where its write is still to come. */
export interface CarriedStage {
  readonly written: WriteEvidence;
  /** Of the unit as a whole, what is proven. */
  readonly grounded: readonly Proof[];
  /** Of each cluster, likewise. */
  readonly proven: Readonly<Record<string, readonly Proof[]>>;
  readonly standstills: Readonly<Record<string, Standstill>>;
  readonly repeats: Readonly<Record<string, number>>;
  readonly loads: Readonly<Record<string, StageLoad>>;
}
