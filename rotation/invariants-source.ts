import { takes } from './bundle-walk.ts';
import { liveSigners } from './in-use.ts';
import type { WriteAbout } from './invariants.ts';
import { labelOf } from './names.ts';
import { signsAsWanted } from './staged-by.ts';
import { ruleOf } from './targets.ts';
import { sameList, type Fingerprint } from './trust.ts';

/** Invariant 3. */
export function restorable({ unit, write }: WriteAbout): readonly string[] {
  const { source } = unit;
  if (source.restorable || !changes({ unit, write })) return [];
  return [`the ${source.kind} objects of ${unit.unit} cannot be read back once they are overwritten`];
}

/** Invariant 4. A refused bundle makes istiod refuse the whole set, so it concerns every write to be loaded. */
export function oneBundleInTheOther({ unit, write, mustLoad, known }: WriteAbout): readonly string[] {
  if (!mustLoad) return [];
  const next = write.roots ?? unit.source.roots;
  const rule = ruleOf(unit);
  const words = (roots: readonly Fingerprint[]): string =>
    roots.map((root) => labelOf(known, root)).join(', ');
  return unit.istiods.flatMap(({ pod, version, serves, handsOut }) => {
    const held = serves?.roots ?? handsOut;
    if (held === undefined || takes(rule, held, next)) return [];
    return [`istiod ${pod} (${version}) holds ${words(held)} and would refuse ${words(next)}`];
  });
}

/**
 * Invariant 5. The objects of a source reach a volume one by one, so every mixture of old and new is reachable
 * unless the source is atomic; istiod itself does not look whether the chain holds its certificate.
 */
export function chainWhole({ unit, write, known }: WriteAbout): readonly string[] {
  const { source } = unit;
  const next = write.signer === source.signer?.fingerprint ? undefined : write.signer;
  const written = write.signer ?? source.signer?.fingerprint ?? [];
  const mayBeLoaded = [source.atomic ? written : [...loadable(unit), next ?? []]].flat(2);
  const missing = (chain: readonly Fingerprint[], which: string): readonly string[] =>
    [...new Set(mayBeLoaded)]
      .filter((signer) => !chain.includes(signer))
      .map((signer) => `${unit.unit} may sign with ${labelOf(known, signer)} while ${which} lacks it`);
  return [
    ...(write.chain === undefined ? [] : missing(write.chain, 'the chain written')),
    ...(next === undefined || (source.atomic && write.chain !== undefined)
      ? []
      : missing(source.chain, 'the chain in the source').filter(() => !source.chain.includes(next))),
  ];
}

/** Invariant 5, its last sentence: a peer that holds both could build its path through the wrong one. */
export function subjectsDiffer({ unit, write, known }: WriteAbout): readonly string[] {
  const old = unit.source.signer?.fingerprint;
  if (write.signer === undefined || old === undefined || write.signer === old) return [];
  const subject = known.facts.get(write.signer)?.subject;
  if (subject === undefined || known.facts.get(old)?.subject !== subject) return [];
  return [`old and new intermediate of ${unit.unit} are both ${subject}`];
}

/** Invariant 9. */
export function heldByOther({ unit, wanted }: WriteAbout): readonly string[] {
  const { heldBy, heldUntil } = unit.source;
  if (heldBy === undefined) return [];
  const until = heldUntil === undefined ? '' : `, until ${heldUntil} unless it is renewed`;
  const kept = signsAsWanted(unit, wanted) ? ', which keeps what it signs with' : '';
  return [`rotation ${heldBy} holds the CA source of ${unit.unit}${kept}${until}`];
}

function loadable(unit: WriteAbout['unit']): readonly Fingerprint[] {
  const { signer } = unit.source;
  return [...liveSigners(unit), ...(signer === undefined ? [] : [signer.fingerprint])];
}

/** Whether a source lacks anything of a write. */
export function changes({ unit, write }: Pick<WriteAbout, 'unit' | 'write'>): boolean {
  const { source } = unit;
  return (
    (write.roots !== undefined && !sameList(write.roots, source.roots)) ||
    (write.chain !== undefined && !sameList(write.chain, source.chain)) ||
    (write.signer !== undefined && write.signer !== source.signer?.fingerprint)
  );
}
