import { shrink, withMissing, type ReloadRule } from './bundle-walk.ts';
import type { Proof, SourceWrite, Stage, StageName } from './plan.ts';
import { sameList, type Fingerprint, type Signer, type TrustState } from './trust.ts';

/** What a CA source holds when a stage begins. */
export interface SourceState {
  readonly roots: readonly Fingerprint[];
  readonly signer: Fingerprint;
  readonly chain: readonly Fingerprint[];
  /** False where certificate and key do not match or do not verify: istiod loads nothing of such a set. */
  readonly sound: boolean;
}

/** Stages of one step, and the source as they leave it. */
export interface Walk {
  readonly stages: readonly Stage[];
  readonly end: SourceState;
}

export const everyProof = [
  'synced',
  'loaded',
  'secondPlane',
  'converged',
] as const satisfies readonly Proof[];
/** A new signer's leaf must be accepted across clusters before proxies are brought to it. */
const signerProofs = [
  'synced',
  'loaded',
  'accepted',
  'secondPlane',
  'converged',
] as const satisfies readonly Proof[];
const quietProofs = ['synced', 'loaded'] as const satisfies readonly Proof[];

/** Nothing to write, all to prove: the stage of a unit that is already where its step leads. */
export function provenAgain(name: StageName, expect: TrustState, chain: readonly Fingerprint[]): Stage {
  return { name, write: {}, proofs: everyProof, expect, chain };
}

/**
 * A change of signer before which the second trust plane is proven as well, where no phase before has done so: what its
 * ConfigMaps hold may not be in running pods yet, whose agents would refuse istiod. Of a torn set nothing is loaded before
 * it is whole.
 */
export function afterSecondPlane(walk: Walk, state: SourceState): Walk {
  const [first, ...rest] = walk.stages;
  if (first === undefined || !state.sound || !state.chain.includes(state.signer)) return walk;
  const proofs = [...quietProofs, 'secondPlane'] as const;
  const stages =
    first.write.signer === undefined
      ? [{ ...first, proofs }, ...rest]
      : [stage('add-roots', {}, proofs, state), ...walk.stages];
  return { ...walk, stages };
}

export function addRoots(state: SourceState, roots: readonly Fingerprint[]): Walk {
  const end = { ...state, roots };
  return { stages: [stage('add-roots', { roots }, everyProof, end)], end };
}

/** A middle root cannot be cut out at once where istiod wants one bundle within the other. */
export function dropRoots(
  state: SourceState,
  { rule, wanted, held, exact }: Omit<Replacement, 'also'>,
): Walk {
  const { repeated, final } = shrink(rule, state.roots, { wanted, exact }, held);
  const end = { ...state, roots: final };
  return {
    stages: [...repeat(state, repeated), stage('drop-roots', { roots: final }, everyProof, end)],
    end,
  };
}

/**
 * Another signer without a set in which certificate and key match and the chain lacks that certificate: the
 * chain holds all generations before key and certificate change, and is trimmed after all leaves are new.
 * `also` are signers that an istiod may still hold. Of an unsound set no istiod loads the chain alone: having it in
 * every volume is what protects.
 */
export function changeSigner(
  state: SourceState,
  signer: Signer,
  o: { readonly also: readonly Signer[] },
): Walk {
  const { both, walk } = replaceSigner(state, signer, o);
  const end = { ...walk.end, chain: signer.chain };
  return {
    stages: [...both, ...walk.stages, stage('trim-chain', { chain: signer.chain }, quietProofs, end)],
    end,
  };
}

/**
 * Puts back the signer that istiods still issue with; the chain is left long, for a later step to trim. Where the
 * bundle lacks its root, the next write brings that.
 */
export function putBack(state: SourceState, signer: Signer, o: { readonly provable: boolean }): Walk {
  const rootsLater = signer.root !== '' && !state.roots.includes(signer.root);
  const write = { signer: signer.fingerprint, ...(rootsLater ? { rootsLater } : {}) };
  const end = { ...state, signer: signer.fingerprint, sound: true };
  return { stages: [stage('signer', write, o.provable ? quietProofs : ['synced'], end)], end };
}

/**
 * All but key and certificate of a set that does not verify. Whatever it lacks, the write that makes it whole finds the
 * rest in order: each part is written only when those before it are in every volume. First come the signers' own
 * certificates, by which nothing verifies that did not before, and which see in every volume what was on its way there;
 * then the roots; then issuers, where the chain lacks any.
 */
export function mendSet(
  state: SourceState,
  signer: Signer,
  o: { readonly also: readonly Signer[]; readonly roots: readonly Fingerprint[] },
): Walk {
  const { also, roots } = o;
  const own = withMissing(
    state.chain,
    [...also, signer].map(({ fingerprint }) => fingerprint),
  );
  const bare = { ...state, chain: own };
  const rooted = { ...bare, roots };
  const end = { ...rooted, chain: bothChain(bare, signer, also) };
  const isWhole = sameList(own, end.chain);
  return {
    stages: [
      synced(isWhole ? 'chain-of-both' : 'mend-chain', bare),
      ...(sameList(roots, state.roots) ? [] : [stage('mend-roots', { roots }, ['synced'], rooted)]),
      ...(isWhole ? [] : [synced('chain-of-both', end)]),
    ],
    end,
  };
}

function synced(name: 'mend-chain' | 'chain-of-both', after: SourceState): Stage {
  return stage(name, { chain: after.chain }, ['synced'], after);
}

/**
 * Sees the source's own signer in every volume before anything else changes: an unfinished change of signer may
 * not have come so far, and what is on its way would mix with what comes next.
 */
export function settleSigner(state: SourceState): Walk {
  return { stages: [stage('signer', { signer: state.signer }, ['synced'], state)], end: state };
}

/** Brings a signer, and those that istiods may still hold, into the chain of a set that verifies. */
export function mendChain(
  state: SourceState,
  signer: Signer,
  o: { readonly also: readonly Signer[]; readonly provable: boolean },
): Walk {
  const chain = bothChain(state, signer, o.also);
  const end = { ...state, chain };
  return { stages: [stage('chain-of-both', { chain }, o.provable ? quietProofs : ['synced'], end)], end };
}

/** All in one write, as an atomic source allows. */
export function changeSignerAtOnce(state: SourceState, signer: Signer): Walk {
  const end = { ...state, signer: signer.fingerprint, chain: signer.chain, sound: true };
  const write = { chain: signer.chain, signer: signer.fingerprint };
  return { stages: [stage('signer', write, signerProofs, end)], end };
}

/**
 * The unsafe order that an override asks for, as somebody does it by hand: key and certificate, and when they have
 * reached istiod the chain that holds them. Breaks invariant 5 until then. No probe of an istiod can succeed in
 * between, so nothing but the volumes is looked at.
 */
export function changeSignerChainLast(state: SourceState, signer: Signer): Walk {
  const torn = { ...state, signer: signer.fingerprint, sound: true };
  const end = { ...torn, chain: signer.chain };
  return {
    stages: [
      stage('signer', { signer: signer.fingerprint, chainLater: true }, ['synced'], torn),
      stage('trim-chain', { chain: signer.chain }, everyProof, end),
    ],
    end,
  };
}

/** What `replaceAll` needs to know besides the signer. */
export interface Replacement {
  readonly also: readonly Signer[];
  readonly rule: ReloadRule;
  readonly wanted: readonly Fingerprint[];
  /** Bundles that istiods may still hold instead of the source's. */
  readonly held: readonly (readonly Fingerprint[])[];
  /** Whether order and duplicates of the wanted bundle count. */
  readonly exact: boolean;
}

/** Signer and roots at once, the second half of the two-phase rotation. */
export function replaceAll(state: SourceState, signer: Signer, o: Replacement): Walk {
  const { repeated, final } = shrink(o.rule, state.roots, o, o.held);
  const { both, walk } = replaceSigner({ ...state, roots: repeated ?? state.roots }, signer, o);
  const replaced = { ...walk.end, roots: final };
  const end = { ...replaced, chain: signer.chain };
  const write = { roots: final, signer: signer.fingerprint };
  return {
    stages: [
      ...repeat(state, repeated),
      ...both,
      stage('replace-all', write, everyProof, replaced),
      stage('trim-chain', { chain: signer.chain }, quietProofs, end),
    ],
    end,
  };
}

function replaceSigner(
  state: SourceState,
  signer: Signer,
  o: { readonly also: readonly Signer[] },
): { readonly both: readonly Stage[]; readonly walk: Walk } {
  const both = state.sound
    ? mendChain(state, signer, { also: o.also, provable: true })
    : mendSet(state, signer, { also: o.also, roots: state.roots });
  const end = { ...both.end, signer: signer.fingerprint, sound: true };
  return {
    both: both.stages,
    walk: { stages: [stage('signer', { signer: signer.fingerprint }, signerProofs, end)], end },
  };
}

function bothChain(state: SourceState, signer: Signer, also: readonly Signer[]): readonly Fingerprint[] {
  return [...also, signer].reduce((sum, each) => withMissing(sum, each.chain), state.chain);
}

function repeat(state: SourceState, repeated: readonly Fingerprint[] | undefined): readonly Stage[] {
  if (repeated === undefined) return [];
  return [stage('repeat-roots', { roots: repeated }, quietProofs, { ...state, roots: repeated })];
}

function stage(name: StageName, write: SourceWrite, proofs: readonly Proof[], after: SourceState): Stage {
  return { name, write, proofs, expect: { roots: after.roots, signer: after.signer }, chain: after.chain };
}
