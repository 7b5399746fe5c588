import type { Stage, UnitStep } from './plan.ts';
import type { Stopped } from './progress.ts';
import { isOpen, isSound, type OpenSet, type SetState } from './set-state.ts';
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
  /** Where a write has failed that may have been carried out all the same, what that leaves open. */
  readonly set?: OpenSet;
}

interface Place {
  readonly step: UnitStep;
  /** Of the step's stages, the one that it stands still in. */
  readonly stage: number;
  readonly set: SetState;
  /** True where the stage is known to be written. */
  readonly written: boolean;
  readonly wanted: Wanted;
}

interface StopPlace extends Omit<Place, 'stage' | 'written'> {
  /** Undefined where none has begun. */
  readonly stage: number | undefined;
  /** Stages that are known to be written, by name. */
  readonly written: { readonly has: (stage: string) => boolean };
}

/** What is told with a stop of where it has left its clusters. */
export function whereStopped({
  stage,
  written,
  ...place
}: StopPlace): Pick<Stopped, 'footing' | 'longestLeaf'> {
  const { longestLeaf, stages } = place.step;
  const leaf = longestLeaf === undefined ? {} : { longestLeaf };
  if (stage === undefined) return leaf;
  const isWritten = written.has(stages[stage]?.name ?? '');
  return { ...leaf, footing: footingOf({ ...place, stage, written: isWritten }) };
}

export function footingOf({ step, stage, set, written, wanted }: Place): Footing {
  const before: Stage | undefined = step.stages[stage - 1];
  const proven = standIn(before?.expect ?? step.from, step, wanted);
  const expect = step.stages[stage]?.expect;
  const next = expect && standIn(expect, step, wanted);
  // What was carried out before, and failed when it was repeated, is there.
  const open = isOpen(set) && !(written && isSound(set)) ? { set } : {};
  const mayBe = written || open.set !== undefined;
  if (!mayBe || next === undefined || same(proven, next)) return { ...proven, ...open };
  return { ...proven, underWay: next, ...open };
}

function standIn({ roots, signer }: TrustState, { unit }: UnitStep, wanted: Wanted): Stand {
  return { trusts: roots, signs: signer === wanted.signers[unit]?.fingerprint ? 'new' : 'old' };
}

function same(a: Stand, b: Stand): boolean {
  return a.signs === b.signs && sameList(a.trusts, b.trusts);
}
