import { distrusting, heldBundles, liveSigners, rootUses, unreadIn } from './in-use.ts';
import { type WriteAbout } from './invariants.ts';
import { labelOf } from './names.ts';
import { type ObservedUnit } from './observed.ts';
import { type Fingerprint } from './trust.ts';

/**
 * Invariant 1. A signer that istiods of the unit issue with already changes nothing; one that waits in the source
 * would be loaded with whatever else is written.
 */
export function trustedBeforeSigning({ view, unit, write, mustLoad, known }: WriteAbout): readonly string[] {
  const waiting = mustLoad ? unit.source.signer?.fingerprint : undefined;
  const signer = newSigner(unit, write.signer ?? waiting);
  if (signer === undefined) return [];
  const root = known.signers.get(signer)?.root;
  if (root === undefined) return [`the root of ${labelOf(known, signer)} is not known`];
  const label = labelOf(known, root);
  const own = unit.source.roots.includes(root) ? [] : [`the CA source of ${unit.unit}`];
  return [...own, ...distrusting(unit, root), ...view.distrustingBesides(unit.unit, root)].map(
    (who) => `${who}: no trust in ${label} yet`,
  );
}

/** Invariant 2. A live signer counts as well: its next leaf would chain to the root dropped. */
export function rootNotInUse({ view, unit, write, mustLoad, known }: WriteAbout): readonly string[] {
  const kept = write.roots;
  if (kept === undefined) return [];
  const own = Map.groupBy(rootUses(unit, known, view.at), ({ root }) => root);
  const dropped = [unit.source.roots, ...(mustLoad ? heldBundles(unit) : [])]
    .flat()
    .filter((root) => !kept.includes(root));
  return [...new Set(dropped)].flatMap((root) => {
    const uses = [...(own.get(root) ?? []), ...view.usesBesides(unit.unit, root)];
    const start = `${unit.unit} would drop ${labelOf(known, root)}`;
    return [...new Set(uses.map(({ by }) => `${start}: ${by} below it`))];
  });
}

/** Invariant 6. What is not read may distrust the new signer, and may hold a leaf below a root that is dropped. */
export function provenByReading({ view, unit, write, provenUnread }: WriteAbout): readonly string[] {
  const drops = write.roots !== undefined && unit.source.roots.some((root) => !write.roots?.includes(root));
  if (!drops && newSigner(unit, write.signer) === undefined) return [];
  return [...unreadIn(unit), ...view.unreadBesides(unit.unit)]
    .filter(({ cluster }) => !provenUnread.includes(cluster))
    .map(({ cluster, count }) => `${count} proxies in ${cluster} cannot be read`);
}

function newSigner(unit: ObservedUnit, signer: Fingerprint | undefined): Fingerprint | undefined {
  return signer === undefined || liveSigners(unit).includes(signer) ? undefined : signer;
}
