import { smallMesh } from './carry-phase.ts';
import { lengthened, pack, shortened, unpack, type Packed } from './pack.ts';
import type { CertFacts, Fingerprint, Signer } from './trust.ts';
import type { Wanted } from './wanted.ts';

/** What is wanted as it is carried over continue-as-new. */
export interface CompactWanted extends Omit<Wanted, 'signers'> {
  readonly signers: Packed;
}

/** The wanted signers, which a unit's step names as well: each stands in the table of names, once. */
export function signersOf(wanted: Wanted | undefined): readonly Fingerprint[] {
  return Object.values(wanted?.signers ?? {}).map(({ fingerprint }) => fingerprint);
}

/** As names stand in a carried table. */
export function shortNames(names: readonly string[]): readonly string[] {
  return names.map(shortened);
}

export function longNames(names: readonly string[]): readonly string[] {
  return names.map(lengthened);
}

/**
 * In a large mesh the facts on a unit's own certificates stay behind: whoever needs them reads the new CA of the
 * unit once more.
 */
export function compactWanted(
  { signers, certificates, ...rest }: Wanted,
  names: readonly string[],
): CompactWanted {
  return {
    ...rest,
    signers: pack(Object.entries(signers), names),
    certificates: Object.keys(signers).length > smallMesh ? shared(certificates, signers) : certificates,
  };
}

export function expandWanted({ signers, ...rest }: CompactWanted, names: readonly string[]): Wanted {
  // Packed by `compactWanted` from this type, and by nobody else.
  const pairs = unpack(signers, names) as (readonly [string, Signer])[];
  return { ...rest, signers: Object.fromEntries(pairs) };
}

/** The facts on certificates that are no one unit's own: roots, and what stands above several intermediates. */
function shared(certificates: readonly CertFacts[], signers: Wanted['signers']): readonly CertFacts[] {
  const holders = new Map<Fingerprint, number>();
  for (const { fingerprint, root, chain } of Object.values(signers)) {
    for (const each of new Set([fingerprint, root, ...chain]))
      holders.set(each, (holders.get(each) ?? 0) + 1);
  }
  return certificates.filter(({ fingerprint }) => (holders.get(fingerprint) ?? 2) > 1);
}
