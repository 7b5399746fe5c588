import type { ObservedMesh } from './observed.ts';
import type { CertFacts, Fingerprint, Signer } from './trust.ts';
import type { PlanPolicy, Wanted } from './wanted.ts';

/** All that is known of the certificates which a mesh and the wanted CA name. */
export interface Known {
  readonly facts: ReadonlyMap<Fingerprint, CertFacts>;
  readonly bySubject: ReadonlyMap<string, readonly CertFacts[]>;
  /** By what `numberOf` gives. */
  readonly byNumber: ReadonlyMap<string, readonly CertFacts[]>;
  readonly signers: ReadonlyMap<Fingerprint, Signer>;
}

export function knownOf(mesh: ObservedMesh, wanted: Wanted): Known {
  const certificates = [...mesh.units.flatMap((unit) => unit.certificates), ...wanted.certificates];
  const facts = new Map(certificates.map((fact) => [fact.fingerprint, fact]));
  const bySubject = Map.groupBy(facts.values(), ({ subject }) => subject);
  const byNumber = Map.groupBy(facts.values(), numberOf);
  const leaves = mesh.units
    .flatMap(({ clusters }) => clusters.flatMap((cluster) => cluster.leaves))
    .flatMap(({ signer, root }) =>
      signer === undefined || root === undefined
        ? []
        : [{ fingerprint: signer, root, chain: chainByNames({ facts, bySubject }, signer) }],
    );
  // A leaf of an istiod verifies to a root of the bundle in its answer: where only one may stand above, that is it.
  const served = mesh.units
    .flatMap(({ istiods }) => istiods.flatMap(({ serves }) => serves ?? []))
    .flatMap(({ roots, signer }) => {
      const above = aboveByNames({ facts, bySubject }, signer);
      const [root, ...others] = new Set(roots.filter((each) => above.has(each)));
      if (root === undefined || others.length > 0) return [];
      return [{ fingerprint: signer, root, chain: chainByNames({ facts, bySubject }, signer) }];
    });
  // The wanted CA was read whole and a source with its chain, a leaf tells the path only and an istiod less: the best
  // comes last.
  const signers = [
    ...served,
    ...leaves,
    ...mesh.units.flatMap(({ source }) => source.signer ?? []).map(withItself),
    ...Object.values(wanted.signers),
  ];
  return {
    facts,
    bySubject,
    byNumber,
    signers: new Map(signers.map((signer) => [signer.fingerprint, signer])),
  };
}

/** The one name of a certificate besides its bytes (RFC 5280, 4.1.2.2); of one that is still to be issued it is none. */
export function numberOf({ serial, issuer }: CertFacts): string {
  return `${serial} of "${issuer}"`;
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
 * A signer and those of some certificates that stand above it, by names; of several of one name the last to expire,
 * which a peer can still build its path through.
 */
export function pathAmong(
  { facts, bySubject }: Pick<Known, 'facts' | 'bySubject'>,
  signer: Fingerprint,
  among: (certificate: CertFacts) => boolean,
): readonly Fingerprint[] {
  const path = new Set([signer]);
  for (let at = facts.get(signer); at !== undefined;) {
    at = (bySubject.get(at.issuer) ?? [])
      .filter((each) => !path.has(each.fingerprint) && among(each))
      .reduce(later, undefined);
    if (at !== undefined) path.add(at.fingerprint);
  }
  return [...path];
}

function later(a: CertFacts | undefined, b: CertFacts): CertFacts {
  return a !== undefined && a.notAfter >= b.notAfter ? a : b;
}

/** The chain that a signer needs, by names: all that is seen between it and its root. */
export function chainByNames(known: Pick<Known, 'facts' | 'bySubject'>, signer: Fingerprint) {
  return pathAmong(known, signer, ({ subject, issuer }) => subject !== issuer);
}

/** All that may stand above a certificate, by names: what its path leads through is among them. */
export function aboveByNames(
  { facts, bySubject }: Pick<Known, 'facts' | 'bySubject'>,
  certificate: Fingerprint,
): ReadonlySet<Fingerprint> {
  const above = new Set([certificate]);
  for (const each of above) {
    const fact = facts.get(each);
    const issuers = fact === undefined ? [] : (bySubject.get(fact.issuer) ?? []);
    for (const { fingerprint } of issuers) above.add(fingerprint);
  }
  return above;
}

/**
 * Whether a chain holds a certificate off its signer's path, as an unfinished change of signer leaves it. Told by
 * names, which are no proof: all that hangs on it is whether a set is first seen in every volume.
 */
export function holdsOthers(known: Known, signer: Fingerprint, chain: readonly Fingerprint[]): boolean {
  const path = pathAmong(known, signer, ({ fingerprint }) => chain.includes(fingerprint));
  return chain.some((each) => !path.includes(each));
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
  const named = { fingerprint: signer, root: at.fingerprint, chain: chainByNames(known, signer) };
  return { ...known, signers: new Map([...known.signers, [signer, named]]) };
}
