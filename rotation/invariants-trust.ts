import { distrusting, liveSigners, rootUses, unreadableIn } from './in-use.ts';
import { type WriteAbout } from './invariants.ts';
import { labelOf } from './names.ts';
import { type Fingerprint } from './trust.ts';

/** Invariant 1. A signer that istiods of the unit issue with already changes nothing. */
export function trustedBeforeSigning({ mesh, unit, write, known }: WriteAbout): readonly string[] {
  const signer = newSigner({ unit, write });
  if (signer === undefined) return [];
  const root = known.signers.get(signer)?.root;
  if (root === undefined) return [`the root of ${labelOf(known, signer)} is not known`];
  const own = unit.source.roots.includes(root) ? [] : [`the CA source of ${unit.unit}`];
  return [...own, ...distrusting(mesh, root)].map((who) => `${who}: no trust in ${labelOf(known, root)} yet`);
}

/** Invariant 2. A live signer counts as well: its next leaf would chain to the root dropped. */
export function rootNotInUse({ mesh, unit, write, known }: WriteAbout): readonly string[] {
  const kept = write.roots;
  if (kept === undefined) return [];
  const held = [
    unit.source.roots,
    ...unit.istiods.flatMap(({ serves }) => (serves === undefined ? [] : [serves.roots])),
  ];
  const dropped = new Set(held.flat().filter((root) => !kept.includes(root)));
  return [
    ...new Set(
      rootUses(mesh, known)
        .filter(({ root }) => dropped.has(root))
        .map(({ root, by }) => `${unit.unit} would drop ${labelOf(known, root)}: ${by} below it`),
    ),
  ];
}

/** Invariant 6. What is not read may distrust the new signer, and may hold a leaf below a root that is dropped. */
export function provenByReading({ mesh, unit, write, provenUnread }: WriteAbout): readonly string[] {
  const drops = write.roots !== undefined && unit.source.roots.some((root) => !write.roots?.includes(root));
  if (!drops && newSigner({ unit, write }) === undefined) return [];
  return mesh.units
    .flatMap(unreadableIn)
    .filter(({ cluster }) => !provenUnread.includes(cluster))
    .map(({ cluster, count }) => `${count} proxies in ${cluster} cannot be read`);
}

function newSigner({ unit, write }: Pick<WriteAbout, 'unit' | 'write'>): Fingerprint | undefined {
  return write.signer === undefined || liveSigners(unit).includes(write.signer) ? undefined : write.signer;
}
