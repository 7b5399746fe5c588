import { certFacts, type Certificate } from '../../pki/certificate.ts';
import { verifyPath } from '../../pki/path.ts';
import { Problem } from '../../problems/problem.ts';
import type { Signer } from '../../rotation/trust.ts';
import type { Wanted } from '../../rotation/wanted.ts';
import { distinct } from '../../pki/distinct.ts';
import type { NewCa, UnitCa } from './new-ca.ts';
import type { UnitOfCa } from './read-new-ca.ts';

/** What may leave the activity of a new CA: fingerprints and facts, no key and no PEM. */
export function wantedOf(ca: NewCa, units: readonly UnitOfCa[], at = new Date()): Wanted {
  const named = units.flatMap((one) => {
    const unitCa = ca.units.get(one.unit);
    const roots = ca.kind === 'root' ? ca.roots : one.currentRoots;
    return unitCa === undefined ? [] : [{ unit: one.unit, unitCa, roots }];
  });
  const certificates = named.flatMap(({ unitCa, roots }) => [...roots, unitCa.cert, ...unitCa.chain]);
  return {
    kind: ca.kind,
    roots: ca.roots.map(({ fingerprint }) => fingerprint),
    signers: Object.fromEntries(
      named.map(({ unit, unitCa, roots }) => [unit, signerOf(unit, unitCa, roots, at)]),
    ),
    certificates: distinct(certificates).map(certFacts),
  };
}

/** Throws Problem PATH_BROKEN. */
export function signerOf(
  unit: string,
  { cert, chain }: UnitCa,
  roots: readonly Certificate[],
  at: Date,
): Signer {
  const found = verifyPath({ leaf: cert, presented: chain, roots, at });
  const root = found.ok ? found.path.at(-1) : undefined;
  if (!found.ok || root === undefined) {
    const reason = found.ok ? 'an empty path' : found.reason;
    throw new Problem('PATH_BROKEN', { object: `the new CA of ${unit}`, found: reason });
  }
  return {
    fingerprint: cert.fingerprint,
    root: root.fingerprint,
    chain: chain.map(({ fingerprint }) => fingerprint),
  };
}
