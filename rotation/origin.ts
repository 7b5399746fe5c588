import type { ObservedMesh } from './observed.ts';
import { sameList, type Fingerprint, type Signer } from './trust.ts';
import type { RotationKind, Wanted } from './wanted.ts';

/**
 * S0 of a rotation: what every unit's CA source held when it was planned first, as the goal of the way back. Of its
 * certificates only the fingerprints are kept; a source that signed with nothing valid has no signer to go back to.
 */
export function originOf({ units }: ObservedMesh, kind: RotationKind): Wanted {
  const roots = units[0]?.source.roots ?? [];
  const others = units.filter(({ source }) => !sameList(source.roots, roots));
  const signers = units.flatMap(({ unit, source }): readonly (readonly [string, Signer])[] =>
    source.signer === undefined ? [] : [[unit, { ...source.signer, chain: source.chain }]],
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

/** The bundle that a unit is to have in the end. */
export function rootsFor({ roots, unitRoots }: Wanted, unit: string): readonly Fingerprint[] {
  return unitRoots?.[unit] ?? roots;
}
