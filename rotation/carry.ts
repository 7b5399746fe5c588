import { compactPhase, expandPhase, smallMesh, type CompactPhase } from './carry-phase.ts';
import {
  compactWanted,
  expandWanted,
  longNames,
  shortNames,
  signersOf,
  type CompactWanted,
} from './carry-wanted.ts';
import type { CarriedRotation } from './messages.ts';
import { pack, unpack, type Packed } from './pack.ts';
import type { UnitStep } from './plan.ts';
import type { RotationProgress } from './progress.ts';
import type { UnitShape } from './shape.ts';
import type { Wanted } from './wanted.ts';

/**
 * What a rotation carries over continue-as-new, in at most 200 bytes a unit and 50 more for one that is stopped: a
 * payload of Temporal must stay below 2 MB. In a large mesh the evidence of clusters that are done or stopped stays
 * behind, which the workflow of their unit's step has, and the facts on new intermediates, which whoever needs them
 * reads once more.
 */
export interface CompactRotation extends Omit<
  CarriedRotation,
  'shape' | 'wanted' | 'origin' | 'phases' | 'progress' | 'started'
> {
  /** Of units and clusters, and new intermediates, each once; numbers elsewhere are places in it. */
  readonly names: readonly string[];
  readonly shape?: Omit<NonNullable<CarriedRotation['shape']>, 'units'> & { readonly units: Packed };
  readonly wanted?: CompactWanted;
  readonly origin?: CompactWanted;
  readonly phases: readonly (Omit<CarriedRotation['phases'][number], 'units'> & { readonly units: Packed })[];
  readonly progress: Omit<RotationProgress, 'phases'> & { readonly phases: readonly CompactPhase[] };
  readonly started: readonly number[];
}

export function compact({
  shape,
  wanted,
  origin,
  phases,
  progress,
  started,
  ...rest
}: CarriedRotation): CompactRotation {
  const names = [
    ...new Set([
      ...(shape?.units ?? []).flatMap(({ unit, clusters }) => [
        unit,
        ...clusters.map(({ cluster }) => cluster),
      ]),
      ...progress.phases.flatMap(({ clusters, heard }) => [
        ...clusters.map(({ cluster }) => cluster),
        ...Object.keys(heard ?? {}),
      ]),
      ...started,
      ...signersOf(wanted),
    ]),
  ];
  const places = new Map(names.map((name, i) => [name, i]));
  const placeOf = (name: string): number => places.get(name) ?? -1;
  return {
    ...rest,
    names: shortNames(names),
    ...(shape === undefined ? {} : { shape: { ...shape, units: pack(shape.units, names) } }),
    ...(wanted === undefined ? {} : { wanted: compactWanted(wanted, names) }),
    ...(origin === undefined ? {} : { origin: compactWanted(knownOfOrigin(origin), names) }),
    phases: phases.map((phase) => ({ ...phase, units: pack(phase.units, names) })),
    progress: {
      ...progress,
      phases: progress.phases.map((phase) => compactPhase(phase, placeOf)),
    },
    started: started.map(placeOf),
  };
}

/** In a large mesh roots tell which CA a unit signs with, and a former intermediate is named by its fingerprint. */
function knownOfOrigin(origin: Wanted): Wanted {
  return Object.keys(origin.signers).length > smallMesh
    ? { ...origin, signers: {}, certificates: [] }
    : origin;
}

export function expand({
  names: short,
  shape,
  wanted,
  origin,
  phases,
  progress,
  started,
  ...rest
}: CompactRotation): CarriedRotation {
  const names = longNames(short);
  return {
    ...rest,
    // Packed by `compact` from these types, and by nobody else.
    ...(shape === undefined ? {} : { shape: { ...shape, units: unpack(shape.units, names) as UnitShape[] } }),
    ...(wanted === undefined ? {} : { wanted: expandWanted(wanted, names) }),
    ...(origin === undefined ? {} : { origin: expandWanted(origin, names) }),
    phases: phases.map((phase) => ({ ...phase, units: unpack(phase.units, names) as UnitStep[] })),
    progress: { ...progress, phases: progress.phases.map((phase) => expandPhase(phase, names)) },
    started: started.map((place) => names[place] ?? ''),
  };
}
