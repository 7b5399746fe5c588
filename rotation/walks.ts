import { grow, takes, withMissing, type ReloadRule } from './bundle-walk.ts';
import { liveSigners } from './in-use.ts';
import { aboveByNames, chainByNames, holdsOthers, isBanned, type Known } from './known.ts';
import type { Ground } from './mesh-view.ts';
import type { ObservedUnit } from './observed.ts';
import {
  addRoots,
  changeSigner,
  changeSignerAtOnce,
  changeSignerChainLast,
  dropRoots,
  mendChain,
  mendSet,
  putBack,
  replaceAll,
  settleSigner,
  type SourceState,
  type Walk,
} from './stages.ts';
import type { UnitTarget } from './targets.ts';
import { sameList, sameSet, type Fingerprint, type Signer } from './trust.ts';

/** The source as observed; without a valid signer, its certificate stands for one, or what its istiods sign with. */
export function stateOf(unit: ObservedUnit): SourceState {
  const { signer: valid, certificate } = unit.source;
  const signer = valid?.fingerprint ?? certificate ?? liveSigners(unit)[0] ?? '';
  return {
    roots: unit.source.roots,
    signer,
    chain: unit.source.chain,
    sound: unit.source.signer !== undefined,
  };
}

/** Brings every needed root into the bundle; before that, a source that nobody may load yet is put right. */
export function distributeWalk(ground: Ground, unit: ObservedUnit, target: UnitTarget): Walk {
  const { rule, held, needed, distributed } = target;
  const repaired = repairWalk(ground, unit, target);
  if (repaired.stages.length === 0 && sameList(unit.source.roots, distributed)) return repaired;
  // By then an istiod may hold what the repair has made of the bundle, or still what it holds now.
  return then(repaired, (state) => addRoots(state, grow(rule, state.roots, held, needed)));
}

/** Makes the wanted signer sign. */
export function activateWalk(
  ground: Ground,
  unit: ObservedUnit,
  state: SourceState,
  target: UnitTarget,
): Walk {
  const { signer } = target;
  if (signer === undefined || rests(state, signer)) return still(state);
  if (unit.source.atomic) return changeSignerAtOnce(state, signer);
  if (ground.policy.chain === 'afterKey') return changeSignerChainLast(state, signer);
  return changeSigner(state, signer, { also: alsoLive(ground, unit) });
}

type Bundles = readonly (readonly Fingerprint[])[];

/** Leaves only the wanted roots. `held` are the bundles that istiods may still hold instead of the source's. */
export function revokeWalk(state: SourceState, { rule, roots, exact }: UnitTarget, held: Bundles): Walk {
  const isThere = exact ? sameList(state.roots, roots) : sameSet(state.roots, roots);
  return isThere ? still(state) : dropRoots(state, { rule, wanted: roots, held, exact });
}

/** The AKS article's second step: signer and roots in one. */
export function replaceWalk(
  ground: Ground,
  unit: ObservedUnit,
  state: SourceState,
  target: UnitTarget,
  held: Bundles,
): Walk {
  const { signer, rule, roots, exact } = target;
  if (signer === undefined || rests(state, signer)) return revokeWalk(state, target, held);
  if (sameSet(state.roots, roots)) return activateWalk(ground, unit, state, target);
  return replaceAll(state, signer, { also: alsoLive(ground, unit), rule, wanted: roots, held, exact });
}

/** The signer that istiods of the unit issue with and that a repair would put back into the source. */
export function signerToRestore({ view, policy, known }: Ground, unit: ObservedUnit): Signer | undefined {
  const live = liveSigners(unit)
    .map((fingerprint) => signerOf(known, fingerprint))
    .filter(({ root }) => !isBanned(known, policy, root, view.at));
  return live.find(({ root }) => view.isTrustedByAllSeen(root)) ?? live[0];
}

/**
 * The certificate of a set that will sign as soon as that set verifies, where it is below roots that everybody trusts:
 * a live signer that somebody distrusts must not come back in its place.
 */
function signerToKeep(
  { known }: Ground,
  { source }: ObservedUnit,
  trusted: readonly Fingerprint[],
): Signer | undefined {
  const { certificate, paired } = source;
  if (certificate === undefined || paired !== true) return undefined;
  const ends = [...aboveByNames(known, certificate)].filter(
    (each) => known.facts.get(each)?.subject === known.facts.get(each)?.issuer,
  );
  const [root] = ends;
  if (root === undefined || !ends.every((each) => trusted.includes(each))) return undefined;
  return { fingerprint: certificate, root, chain: chainByNames(known, certificate) };
}

/**
 * A source whose set does not verify keeps istiod from loading anything, new roots too. One that is ahead of its
 * istiods would be loaded together with the new roots, before everybody trusts its signer. Both get back the
 * signer that is live. A chain that lacks its own signer is made whole.
 */
function repairWalk(ground: Ground, unit: ObservedUnit, { rule, held }: UnitTarget): Walk {
  const state = stateOf(unit);
  const { signer } = unit.source;
  const also = alsoLive(ground, unit);
  // Whatever signs below roots that are in use and that nobody is seen to distrust adds no harm.
  const isTrusted = (root: Fingerprint): boolean => ground.view.isTrustedByAllSeen(root);
  const inUse = ground.inUse.filter(isTrusted);
  // Roots may only be loaded where istiod takes them, and where none in use is missing.
  const provable = (roots: readonly Fingerprint[]): boolean =>
    held.every((bundle) => takes(rule, bundle, roots)) && inUse.every((root) => roots.includes(root));
  const backTo = (live: Signer, first: Walk): Walk =>
    then(first, (at) => putBack(at, live, { provable: at.roots.includes(live.root) && provable(at.roots) }));
  if (signer === undefined || isAhead(ground, unit, signer)) {
    const live = signerToRestore(ground, unit);
    if (live === undefined) return still(state);
    if (signer !== undefined) {
      // Its roots stay as they are until then: as long as istiods refuse those they do not load the signer either.
      return backTo(live, mendChain(state, live, { also, provable: false }));
    }
    const roots = mended(rule, state.roots, held, withMissing(inUse, live.root === '' ? [] : [live.root]));
    const kept = isTrusted(live.root) ? undefined : signerToKeep(ground, unit, inUse);
    if (kept === undefined) return backTo(live, mendSet(state, live, { also, roots }));
    const { stages, end } = mendSet(state, kept, { also, roots });
    return { stages, end: { ...end, sound: true } };
  }
  if (state.chain.includes(signer.fingerprint)) {
    return holdsOthers(ground.known, signer.fingerprint, state.chain) ? settleSigner(state) : still(state);
  }
  const own = signerOf(ground.known, signer.fingerprint);
  return mendChain(state, own, { also, provable: provable(state.roots) });
}

/**
 * A bundle with every root needed. None beyond those comes in, below which the certificate that is there now would
 * verify: where no istiod would take it without, none does.
 */
function mended(
  rule: ReloadRule,
  own: readonly Fingerprint[],
  held: Bundles,
  needed: readonly Fingerprint[],
) {
  const [grown, plain] = [grow(rule, own, held, needed), withMissing(own, needed)];
  return sameSet(grown, plain) ? grown : plain;
}

function isAhead({ view }: Ground, unit: ObservedUnit, signer: Signer): boolean {
  const live = liveSigners(unit);
  if (live.length === 0 || live.includes(signer.fingerprint)) return false;
  return !view.isTrustedByAll(signer.root) || !view.isInEverySource(signer.root);
}

/**
 * The signers that an istiod of the unit may hold or come to hold, by what is observed of it and its source. A
 * certificate in a set that does not verify gets no issuer: with that it might, and be loaded before anybody trusts it.
 */
function alsoLive({ known }: Ground, unit: ObservedUnit): readonly Signer[] {
  const { signer, certificate } = unit.source;
  const live = [...new Set([...liveSigners(unit), signer?.fingerprint ?? []].flat())];
  const lone = signer === undefined && certificate !== undefined && !live.includes(certificate);
  return [
    ...live.map((each) => signerOf(known, each)),
    ...(lone ? [{ fingerprint: certificate, root: '', chain: [certificate] }] : []),
  ];
}

/** Of a signer that nothing else tells of the root is not known: empty, which equals none. */
function signerOf(known: Known, fingerprint: Fingerprint): Signer {
  return known.signers.get(fingerprint) ?? { fingerprint, root: '', chain: chainByNames(known, fingerprint) };
}

function rests(state: SourceState, signer: Signer): boolean {
  return state.sound && state.signer === signer.fingerprint && sameList(state.chain, signer.chain);
}

/** Nothing to write. */
export function still(state: SourceState): Walk {
  return { stages: [], end: state };
}

function then(first: Walk, next: (state: SourceState) => Walk): Walk {
  const { stages, end } = next(first.end);
  return { stages: [...first.stages, ...stages], end };
}
