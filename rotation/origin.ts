import type { ObservedSource, ObservedUnit } from './observed.ts';
import { sameList, type Fingerprint, type Signer } from './trust.ts';
import type { RotationKind, Wanted } from './wanted.ts';

/** A write unit, and what its CA source held. */
interface Found extends Pick<ObservedUnit, 'unit'> {
  readonly source: Pick<ObservedSource, 'roots' | 'signer'>;
}

/**
 * S0 of a rotation: what every unit's CA source held when it was planned first, as the goal of the way back. Of
 * its certificates this has the fingerprints only; a source that signed with nothing valid has no signer to go back to.
 */
export function originOf(units: readonly Found[], kind: RotationKind): Wanted {
  const roots = units[0]?.source.roots ?? [];
  const others = units.filter(({ source }) => !sameList(source.roots, roots));
  const signers = units.flatMap(({ unit, source }): readonly (readonly [string, Signer])[] =>
    source.signer === undefined ? [] : [[unit, source.signer]],
  );
  return {
    kind,
    roots,
    signers: Object.fromEntries(signers),
    certificates: [],
    ...(others.length === 0
      ? {}
      : { unitRoots: Object.fromEntries(others.map(({ unit, source }) => [unit, source.roots])) }),
  };
}

/** The roots that some unit is to trust in the end, each once. */
export function allRoots({ roots, unitRoots = {} }: Wanted): readonly Fingerprint[] {
  return [...new Set([...roots, ...Object.values(unitRoots).flat()])];
}

/** The bundle that a unit is to have in the end. */
export function rootsFor({ roots, unitRoots }: Wanted, unit: string): readonly Fingerprint[] {
  return unitRoots?.[unit] ?? roots;
}
