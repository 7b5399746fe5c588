import { composeBundle } from '../../pki/bundle.ts';
import { checkCaSet, type CaSet } from '../../pki/ca-set.ts';
import { Problem } from '../../problems/problem.ts';
import type { ProblemCode } from '../../problems/registry.ts';
import type { SourceWrite } from '../../rotation/plan.ts';
import { sameList, type TrustState } from '../../rotation/trust.ts';
import type { StageRef } from '../contract.ts';
import type { PartGoal } from './goal.ts';
import type { HeldSet } from './held-set.ts';
import { isByPhase } from './tags.ts';

/**
 * Refuses to write over what someone else did since the step was planned: the bundle must be what the step
 * begins with, or what this write wants, or what an earlier stage of the same phase has written; and so must the
 * signer. A pair that does not match is no signer at all: a write left half-done, ours or another's, which the
 * write itself puts right or leaves as it is.
 * Throws Problem SOURCE_CHANGED_BY_OTHER.
 */
export function refuseForeign(
  held: HeldSet,
  o: {
    readonly ref: StageRef;
    readonly from: TrustState;
    readonly write: SourceWrite;
    readonly object: string;
  },
): void {
  const roots = held.roots.map(({ fingerprint }) => fingerprint);
  const rootsFit = [o.from.roots, o.write.roots].some((each) => each !== undefined && sameList(each, roots));
  if (!rootsFit && !isByPhase(held.facts.root.tags, o.ref)) {
    throw new Problem('SOURCE_CHANGED_BY_OTHER', {
      object: o.object,
      expected: `roots ${shortList(o.from.roots)}`,
      found: shortList(roots),
    });
  }
  const signer = held.cert.fingerprint;
  const signerFits = !held.key.matches(held.cert) || [o.from.signer, o.write.signer].includes(signer);
  if (signerFits || isByPhase(held.facts.cert.tags, o.ref)) return;
  throw new Problem('SOURCE_CHANGED_BY_OTHER', {
    object: o.object,
    expected: `signer ${short(o.from.signer)}`,
    found: `${short(signer)}, "${held.cert.subject}"`,
  });
}

/**
 * Checks, before anything is written, the set that will be there afterwards: peers must accept what istiod signs
 * with it. A set that does not verify now may be written to in part, since that is how it is mended; with
 * `rootsLater` the signer's root may be missing, so that istiod loads nothing until the next write brings it, and
 * with `chainLater` the chain may lack the signer, as an override wants it.
 * Throws what checkCaSet throws.
 */
export function checkOutcome(
  held: HeldSet,
  goals: readonly PartGoal[],
  { object, write }: { readonly object: string; readonly write: SourceWrite },
): void {
  const now = textsOf(held);
  const isWhole = goals.some(({ part }) => part === 'cert');
  if (!isWhole && !verifies(now, object)) return;
  const outcome = goals.reduce((set, goal) => ({ ...set, [goal.part]: goal.text() }), now);
  try {
    checkCaSet(outcome, { object, at: new Date() });
  } catch (error) {
    if (!(error instanceof Problem) || !leftForLater(write).includes(error.code)) throw error;
  }
}

function leftForLater({ rootsLater, chainLater }: SourceWrite): readonly ProblemCode[] {
  return [
    ...(rootsLater === true ? (['PATH_BROKEN'] as const) : []),
    ...(chainLater === true ? (['CHAIN_LACKS_CERTIFICATE'] as const) : []),
  ];
}

/** Whether a set that was read back holds all that was wanted; throws Problem SOURCE_CHANGED_BY_OTHER. */
export function checkReadBack(after: HeldSet, goals: readonly PartGoal[], object: string): void {
  const lost = goals.filter((goal) => !goal.isIn(after)).map(({ part }) => part);
  if (lost.length === 0) return;
  throw new Problem('SOURCE_CHANGED_BY_OTHER', {
    object,
    expected: 'what was just written',
    found: `something else in ${lost.join(', ')}`,
  });
}

function verifies(set: CaSet, object: string): boolean {
  try {
    checkCaSet(set, { object, at: new Date() });
    return true;
  } catch (error) {
    if (error instanceof Problem) return false;
    throw error;
  }
}

function textsOf(held: HeldSet): CaSet {
  return {
    root: held.rootText,
    chain: composeBundle(held.chain),
    cert: held.cert.pem,
    key: held.key.reveal(),
  };
}

function shortList(fingerprints: readonly string[]): string {
  return fingerprints.map(short).join(' ');
}

function short(fingerprint: string): string {
  return `${fingerprint.slice(0, 4)}…${fingerprint.slice(-4)}`;
}
