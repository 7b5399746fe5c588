import { distrusting, heldBundles, liveSigners, rootUses, unreadIn } from './in-use.ts';
import type { WriteAbout } from './invariants.ts';
import { labelOf } from './names.ts';
import type { ObservedUnit } from './observed.ts';
import type { Fingerprint } from './trust.ts';

/** Invariant 1. */
export function trustedBeforeSigning({ view, unit, write, mustLoad, known }: WriteAbout): readonly string[] {
  const signer = newSigner({ unit, write, mustLoad });
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
export function provenByReading(about: WriteAbout): readonly string[] {
  const { view, unit, write, provenUnread } = about;
  const drops = write.roots !== undefined && unit.source.roots.some((root) => !write.roots?.includes(root));
  if (!drops && newSigner(about) === undefined) return [];
  return [...unreadIn(unit), ...view.unreadBesides(unit.unit)]
    .filter(({ cluster }) => !provenUnread.includes(cluster))
    .map(({ what }) => what);
}

/**
 * The signer that would be new after a write. One that the unit issues with already changes nothing; one that waits
 * in the source would be loaded with whatever else is written.
 */
function newSigner({ unit, write, mustLoad }: Pick<WriteAbout, 'unit' | 'write' | 'mustLoad'>) {
  const waiting = mustLoad ? unit.source.signer?.fingerprint : undefined;
  const signer = write.signer ?? waiting;
  return signer === undefined || issuing(unit).includes(signer) ? undefined : signer;
}

/** Where no istiod of a unit answers, the leaves of its workloads tell what they issue with. */
function issuing(unit: ObservedUnit): readonly Fingerprint[] {
  if (heldBundles(unit).length > 0) return liveSigners(unit);
  return unit.clusters.flatMap(({ leaves }) =>
    leaves.flatMap(({ signer, count }) => (signer === undefined || count === 0 ? [] : [signer])),
  );
}
