import type { Stage, UnitStep } from './plan.ts';
import { sameList, type Fingerprint, type TrustState } from './trust.ts';
import type { Wanted } from './wanted.ts';

interface Stand {
  /** Roots, in order. */
  readonly trusts: readonly Fingerprint[];
  /** By which CA: the one from before the rotation, or the one that it leads to. */
  readonly signs: 'old' | 'new';
}

/** What a cluster that stands still was proven to trust and to sign with. */
export interface Footing extends Stand {
  /** What its CA source may hold already, where that is something else: a write that is not proven. */
  readonly underWay?: Stand;
}

interface Place {
  readonly step: UnitStep;
  /** Of the step's stages, the one that it stands still in. */
  readonly stage: number;
  /** True where something of the stage may be written. */
  readonly written: boolean;
  readonly wanted: Wanted;
}

export function footingOf({ step, stage, written, wanted }: Place): Footing {
  const before: Stage | undefined = step.stages[stage - 1];
  const proven = standIn(before?.expect ?? step.from, step, wanted);
  const expect = step.stages[stage]?.expect;
  const next = expect && standIn(expect, step, wanted);
  if (!written || next === undefined || same(proven, next)) return proven;
  return { ...proven, underWay: next };
}

function standIn({ roots, signer }: TrustState, { unit }: UnitStep, wanted: Wanted): Stand {
  return { trusts: roots, signs: signer === wanted.signers[unit]?.fingerprint ? 'new' : 'old' };
}

function same(a: Stand, b: Stand): boolean {
  return a.signs === b.signs && sameList(a.trusts, b.trusts);
}
