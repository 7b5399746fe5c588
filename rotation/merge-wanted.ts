import { sameList, type CertFacts } from './trust.ts';
import type { CaRef, Wanted } from './wanted.ts';

/** The new CA of some units, and the group of the workers that read it. */
export interface WantedPage {
  readonly reach: string | undefined;
  readonly wanted: Wanted;
}

/** The new CA of a whole mesh from what was read of it group by group, each fact once. */
export function mergeWanted({ kind }: CaRef, pages: readonly WantedPage[]): Wanted {
  const facts = pages.flatMap(({ wanted }) =>
    wanted.certificates.map((fact): readonly [string, CertFacts] => [fact.fingerprint, fact]),
  );
  return {
    kind,
    roots: pages[0]?.wanted.roots ?? [],
    signers: Object.fromEntries(pages.flatMap(({ wanted }) => Object.entries(wanted.signers))),
    certificates: [...new Map(facts).values()],
  };
}

/**
 * The first page whose roots are not those of the first one: workers that read the new CA from different disks may
 * have been given different ones.
 */
export function otherRoots(pages: readonly WantedPage[]): WantedPage | undefined {
  return pages.find(({ wanted }) => !sameList(wanted.roots, pages[0]?.wanted.roots ?? []));
}
