import { rootsFor } from './origin.ts';
import { sameList, type CertFacts } from './trust.ts';
import { rolledBackBy, type CaRef, type ReadCa } from './wanted.ts';

/** The wanted CA of some units, and the group of the workers that read it. */
export interface WantedPage {
  readonly reach: string | undefined;
  readonly units: readonly string[];
  readonly wanted: ReadCa;
}

/** The wanted CA of a whole mesh from what was read of it group by group, each fact once. */
export function mergeWanted(ca: CaRef, pages: readonly WantedPage[]): ReadCa {
  const roots = pages[0]?.wanted.roots ?? [];
  const others = pages
    .flatMap(({ units, wanted }) => units.map((unit) => [unit, rootsFor(wanted, unit)] as const))
    .filter(([, own]) => !sameList(own, roots));
  const facts = pages.flatMap(({ wanted }) =>
    wanted.certificates.map((fact): readonly [string, CertFacts] => [fact.fingerprint, fact]),
  );
  const had = pages.flatMap(({ wanted }) => Object.entries(wanted.had ?? {}));
  const staged = pages.flatMap(({ wanted }) => Object.entries(wanted.stagedBy ?? {}));
  return {
    kind: ca.kind,
    roots,
    ...(staged.length === 0 ? {} : { stagedBy: Object.fromEntries(staged) }),
    ...(others.length === 0 ? {} : { unitRoots: Object.fromEntries(others) }),
    ...(rolledBackBy(ca) === undefined ? {} : { exact: true, had: Object.fromEntries(had) }),
    signers: Object.fromEntries(pages.flatMap(({ wanted }) => Object.entries(wanted.signers))),
    certificates: [...new Map(facts).values()],
  };
}

/**
 * Of a new CA, the first page whose roots are not those of the first one: workers that read the new CA from different disks may
 * have been given different ones.
 */
export function otherRoots(pages: readonly WantedPage[]): WantedPage | undefined {
  return pages.find(({ wanted }) => !sameList(wanted.roots, pages[0]?.wanted.roots ?? []));
}
