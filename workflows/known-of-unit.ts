import type { KnownUnit, Served } from '../activities/contract.ts';
import type { UnitInput } from '../rotation/messages.ts';
import type { Proof } from '../rotation/plan.ts';
import type { SetState } from '../rotation/set-state.ts';

/** How far a unit is that rests or stands still. */
export interface Extent {
  /** Of the step's stages, the one that is under way. */
  readonly stage: number;
  /** What is proven of it; undefined where its write is still to come. */
  readonly proven: readonly Proof[] | undefined;
  readonly set: SetState;
}

/** What a look can ask of a unit, and the stage that begins anew where that ceases to hold. */
export interface Known {
  readonly unit: KnownUnit;
  readonly stage: number;
  /** Of that stage; undefined where its write is still to come. */
  readonly proven: readonly Proof[] | undefined;
}

/**
 * What is known of a unit that rests or stands still: between a write and the proof that it is loaded, what it held
 * before and what was written may both be served, and where that write has failed the source may hold either. Undefined
 * where nothing is known, before the first write of a rotation and while a set that was torn by hand is being mended.
 */
export function knownOf(
  { phase, step }: Pick<UnitInput, 'phase' | 'step'>,
  { stage, proven, set }: Extent,
): Known | undefined {
  const { unit, controlPlanes, stages } = step;
  const current = stages[stage];
  const named = { unit, controlPlanes };
  if (current !== undefined && proven?.includes('loaded') === true)
    return { unit: { ...named, ...servedBy(current) }, stage, proven };
  const isFirst = stage === 0;
  const last = isFirst
    ? { expect: step.from, chain: step.chain, proofs: ['loaded'] as const }
    : stages[stage - 1];
  const before = last?.proofs.includes('loaded') === true ? servedBy(last) : undefined;
  const isWritten = proven !== undefined || set !== 'whole';
  // The mesh as a rotation finds it is nobody's proof: istiods may serve something else than the source holds.
  const isFound = isFirst && phase === 'distribute';
  if (before === undefined || (isFound && !isWritten)) return undefined;
  if (!isWritten) {
    const at = isFirst ? { stage, proven } : { stage: stage - 1, proven: last?.proofs };
    return { unit: { ...named, ...before }, ...at };
  }
  if (current?.proofs.includes('loaded') !== true) return undefined;
  const serves = isFound ? [] : [servedBy(current), before];
  const holds = afterFailure(set, proven, [before, servedBy(current)]);
  return {
    unit: { ...named, ...servedBy(current), serves, ...(holds === undefined ? {} : { holds }) },
    ...{ stage, proven },
  };
}

/** Of a stage, what is served once it is loaded. */
export function servedBy({ expect, chain }: Served): Served {
  return { expect, chain };
}

/** What the source may hold; undefined where that is known: a write that was carried out before, and is repeated. */
function afterFailure(
  set: SetState,
  proven: Extent['proven'],
  either: readonly Served[],
): readonly Served[] | undefined {
  if (set === 'whole') return undefined;
  if (set !== 'either') return [];
  return proven === undefined ? either : undefined;
}
