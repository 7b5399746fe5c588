import type { ObservedUnit } from './observed.ts';
import { allRoots } from './origin.ts';
import type { CertFacts, Fingerprint, Signer } from './trust.ts';
import type { Wanted } from './wanted.ts';

/** What is wanted of some units only: their signers, and the facts on these, their chains and the roots. */
export function wantedOfUnits(wanted: Wanted, units: readonly string[]): Wanted {
  const signers = units.flatMap((unit): readonly (readonly [string, Signer])[] => {
    const signer = wanted.signers[unit];
    return signer === undefined ? [] : [[unit, signer]];
  });
  const named = new Set<Fingerprint>([
    ...allRoots(wanted),
    ...signers.flatMap(([, { fingerprint, root, chain }]) => [fingerprint, root, ...chain]),
  ]);
  return { ...wanted, signers: Object.fromEntries(signers), certificates: factsOn(wanted, named) };
}

function factsOn({ certificates }: Wanted, named: ReadonlySet<Fingerprint>): readonly CertFacts[] {
  const facts = certificates.filter(({ fingerprint }) => named.has(fingerprint));
  return [...new Map(facts.map((fact) => [fact.fingerprint, fact])).values()];
}

/** True where nothing is known yet of a certificate that the unit is to get. */
export function lacksFacts(
  { signers, certificates }: Wanted,
  { unit, certificates: seen }: ObservedUnit,
): boolean {
  const signer = signers[unit];
  if (signer === undefined) return false;
  const known = new Set([...certificates, ...seen].map(({ fingerprint }) => fingerprint));
  return [signer.fingerprint, ...signer.chain].some((each) => !known.has(each));
}
