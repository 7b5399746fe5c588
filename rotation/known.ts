import type { ObservedMesh } from './observed.ts';
import type { CertFacts, Fingerprint, Signer } from './trust.ts';
import type { PlanPolicy, Wanted } from './wanted.ts';

/** All that is known of the certificates which a mesh and the wanted CA name. */
export interface Known {
  readonly facts: ReadonlyMap<Fingerprint, CertFacts>;
  readonly signers: ReadonlyMap<Fingerprint, Signer>;
}

export function knownOf(mesh: ObservedMesh, wanted: Wanted): Known {
  const certificates = [...mesh.units.flatMap((unit) => unit.certificates), ...wanted.certificates];
  const leaves = mesh.units
    .flatMap(({ clusters }) => clusters.flatMap((cluster) => cluster.leaves))
    .flatMap(({ signer, root }) =>
      signer === undefined || root === undefined ? [] : [{ fingerprint: signer, root, chain: [signer] }],
    );
  // The wanted CA was read whole and a source with its chain, a leaf tells the path only: the best comes last.
  const signers = [
    ...leaves,
    ...mesh.units.flatMap(({ source }) => source.signer ?? []).map(withItself),
    ...Object.values(wanted.signers),
  ];
  return {
    facts: new Map(certificates.map((fact) => [fact.fingerprint, fact])),
    signers: new Map(signers.map((signer) => [signer.fingerprint, signer])),
  };
}

/** A source may hold a chain that lacks its own signer: such a chain must never be written anywhere. */
function withItself(signer: Signer): Signer {
  if (signer.chain.includes(signer.fingerprint)) return signer;
  return { ...signer, chain: [signer.fingerprint, ...signer.chain] };
}

/** A root that must never be brought back: marked compromised, or expired at `at` (ISO 8601). */
export function isBanned(known: Known, policy: PlanPolicy, root: Fingerprint, at: string): boolean {
  const notAfter = known.facts.get(root)?.notAfter;
  const expired = notAfter !== undefined && Date.parse(notAfter) <= Date.parse(at);
  return expired || policy.compromised.includes(root);
}

/**
 * Whether a chain holds a certificate off its signer's path, as an unfinished change of signer leaves it. Told by
 * names, which are no proof: all that hangs on it is whether a set is first seen in every volume.
 */
export function holdsOthers(known: Known, signer: Fingerprint, chain: readonly Fingerprint[]): boolean {
  const path = new Set([signer]);
  for (let at = known.facts.get(signer); at !== undefined;) {
    const { issuer } = at;
    const next = chain.find((each) => !path.has(each) && known.facts.get(each)?.subject === issuer);
    at = next === undefined ? undefined : known.facts.get(next);
    if (next !== undefined) path.add(next);
  }
  return chain.some((each) => !path.has(each));
}

/**
 * The same with the root of a signer of which nothing is seen but its certificate, as of one that was just taken out
 * of a source or is being put back. Told by names: enough to ask a plan's question again, not to plan by.
 */
export function withRootByName(known: Known, signer: Fingerprint | undefined): Known {
  if (signer === undefined || known.signers.has(signer)) return known;
  const bySubject = new Map([...known.facts.values()].map((fact) => [fact.subject, fact]));
  const seen = new Set<Fingerprint>();
  let at = known.facts.get(signer);
  while (at !== undefined && at.subject !== at.issuer && !seen.has(at.fingerprint)) {
    seen.add(at.fingerprint);
    at = bySubject.get(at.issuer);
  }
  if (at === undefined || at.subject !== at.issuer) return known;
  const named = { fingerprint: signer, root: at.fingerprint, chain: [signer] };
  return { ...known, signers: new Map([...known.signers, [signer, named]]) };
}
