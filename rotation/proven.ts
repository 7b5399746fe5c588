import { takes } from './bundle-walk.ts';
import { heldBundle } from './in-use.ts';
import type { Known } from './known.ts';
import { labelOf } from './names.ts';
import type { ObservedCluster, ObservedUnit, TrustCount } from './observed.ts';
import type { PhaseName } from './plan.ts';
import type { UnitTarget } from './targets.ts';
import { sameList, sameSet, type Fingerprint } from './trust.ts';

/** A unit, and where its phases lead it. */
interface Asked {
  readonly unit: ObservedUnit;
  readonly target: UnitTarget;
  readonly known: Known;
  /**
   * What cannot be read proves nothing, and its phase has to be walked again; unless this is true: the phase has
   * just been proven, and what is silent now spoke then, or started since.
   */
  readonly forgiving: boolean;
}

/**
 * What a unit is observed to lack of the end of a phase, in words, found one by one: its source, istiods, proxies and
 * the second trust plane are asked. None where it is there.
 */
type Lacks = (asked: Asked) => Iterable<string>;

export const lacks: Readonly<Record<PhaseName, Lacks>> = {
  distribute: undistributed,
  activate: unactivated,
  revoke: unrevoked,
  *replace(asked) {
    yield* unactivated(asked);
    yield* unrevoked(asked);
  },
};

function* undistributed(asked: Asked): Iterable<string> {
  const { unit, target, forgiving } = asked;
  const trusts = (roots: readonly Fingerprint[]): boolean =>
    target.needed.every((root) => roots.includes(root));
  const { roots } = unit.source;
  if (!sameList(roots, target.distributed))
    yield `its CA source holds ${words(asked, roots)}, not ${words(asked, target.distributed)}`;
  for (const istiod of unit.istiods) {
    const held = heldBundle(istiod);
    if (held === undefined ? !forgiving : !trusts(held) || !takes(target.rule, held, target.distributed))
      yield `istiod ${istiod.pod} ${held === undefined ? 'gives no answer' : `hands out ${words(asked, held)}`}`;
  }
  for (const cluster of unit.clusters) yield* lackingTrust(asked, cluster, trusts);
}

function* unactivated(asked: Asked): Iterable<string> {
  const { unit, target, forgiving } = asked;
  const { signer } = target;
  if (signer === undefined) return;
  const { source } = unit;
  if (source.signer?.fingerprint !== signer.fingerprint)
    yield `its CA source signs with ${one(asked, source.signer?.fingerprint)}`;
  else if (!sameList(source.chain, signer.chain))
    yield 'its CA source holds another chain than its signer has';
  for (const { pod, serves } of unit.istiods) {
    if (serves === undefined ? !forgiving : serves.signer !== signer.fingerprint)
      yield `istiod ${pod} ${serves === undefined ? 'gives no answer' : `signs with ${one(asked, serves.signer)}`}`;
  }
  for (const { cluster, unreadable, leaves } of unit.clusters) {
    if (unreadable > 0 && !forgiving) yield unread(cluster, unreadable);
    for (const leaf of leaves) {
      if (leaf.count > 0 && (leaf.signer !== signer.fingerprint || leaf.root !== signer.root))
        yield `${leaf.count} leaves in ${cluster} are signed by ${one(asked, leaf.signer)}`;
    }
  }
}

function* unrevoked(asked: Asked): Iterable<string> {
  const { unit, target, forgiving } = asked;
  const { roots } = target;
  const exact = (held: readonly Fingerprint[]): boolean => sameSet(held, roots);
  if (!exact(unit.source.roots)) yield `its CA source holds ${words(asked, unit.source.roots)}`;
  for (const { pod, serves } of unit.istiods) {
    if (serves === undefined ? !forgiving : !exact(serves.roots))
      yield `istiod ${pod} ${serves === undefined ? 'gives no answer' : `hands out ${words(asked, serves.roots)}`}`;
  }
  for (const cluster of unit.clusters) yield* lackingTrust(asked, cluster, exact, roots);
}

/** @param wanted the roots besides which a pinned anchor does not count; without it every anchor does */
function* lackingTrust(
  asked: Asked,
  { cluster, unreadable, trust, secondPlane, pinned = [] }: ObservedCluster,
  right: (roots: readonly Fingerprint[]) => boolean,
  wanted?: readonly Fingerprint[],
): Iterable<string> {
  if (unreadable > 0 && !asked.forgiving) yield unread(cluster, unreadable);
  const counts = (root: Fingerprint): boolean =>
    wanted === undefined || wanted.includes(root) || !pinned.includes(root);
  const wrong = ({ count, roots }: TrustCount): boolean => count > 0 && !right(roots);
  for (const held of trust.map((each) => ({ ...each, roots: each.roots.filter(counts) }))) {
    if (wrong(held)) yield `${held.count} proxies in ${cluster} trust ${words(asked, held.roots)}`;
  }
  for (const held of secondPlane) {
    if (wrong(held))
      yield `${held.count} places of the second trust plane in ${cluster} hold ${words(asked, held.roots)}`;
  }
}

function unread(cluster: string, count: number): string {
  return `${count} proxies in ${cluster} cannot be read`;
}

function words({ known }: Asked, roots: readonly Fingerprint[]): string {
  return roots.map((root) => labelOf(known, root)).join(' and ') || 'nothing';
}

function one({ known }: Asked, fingerprint: Fingerprint | undefined): string {
  return fingerprint === undefined ? 'nothing that verifies' : labelOf(known, fingerprint);
}
