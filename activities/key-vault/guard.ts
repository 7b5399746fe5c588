import { composeBundle } from '../../pki/bundle.ts';
import { certFacts } from '../../pki/certificate.ts';
import { checkCaSet, type CaSet } from '../../pki/ca-set.ts';
import { Problem } from '../../problems/problem.ts';
import type { ProblemCode } from '../../problems/registry.ts';
import { labelOf } from '../../rotation/names.ts';
import type { SourceWrite } from '../../rotation/plan.ts';
import { isBeginningOf, putBack, type SourcePlace } from '../../rotation/source-differences.ts';
import { sameList, type TrustState } from '../../rotation/trust.ts';
import type { SourceWriteInput } from '../ca-source.ts';
import type { StageRef } from '../contract.ts';
import type { PartGoal } from './goal.ts';
import type { HeldSet, Part } from './held-set.ts';
import { isByPhase } from './tags.ts';

/** What a write begins with, and where its stage and the one before it lead. */
export interface Expected {
  readonly ref: StageRef;
  readonly from: TrustState;
  readonly reached: NonNullable<SourceWriteInput['reached']>;
  readonly write: SourceWrite;
  readonly object: string;
  readonly place: SourcePlace;
}

/**
 * Refuses to write over what someone else did since the step was planned: bundle, signer and chain must be what the
 * step begins with, or what this stage or the one before it leads to, or what an earlier write of the same phase has
 * made. A first stage that makes the chain longer begins with the beginning of it.
 * Throws Problem SOURCE_CHANGED_BY_OTHER.
 */
export function refuseForeign(held: HeldSet, expected: Expected): void {
  const { ref, from, reached, write } = expected;
  const certificates = [...held.roots, ...held.chain, held.cert];
  const facts = new Map(certificates.map((one) => [one.fingerprint, certFacts(one)]));
  const label = (fingerprint: string): string => labelOf({ facts }, fingerprint);
  const listed = (all: readonly string[]): string => all.map(label).join(', ');
  const states = [from, ...reached.map(({ expect }) => expect)];
  const isOurs = (part: Part): boolean => isByPhase(held.facts[part].tags, ref);
  const roots = held.roots.map(({ fingerprint }) => fingerprint);
  const bundles = [...states.map((state) => state.roots), write.roots ?? from.roots];
  if (!isOurs('root') && !bundles.some((each) => sameList(each, roots))) {
    throw changed(expected, ['root'], `roots ${listed(from.roots)}`, `roots ${listed(roots)}`);
  }
  const signer = held.cert.fingerprint;
  const signers = [...states.map((state) => state.signer), write.signer];
  if (!isOurs('cert') && !signers.includes(signer)) {
    throw changed(expected, ['cert', 'key'], `signer ${label(from.signer)}`, `signer ${label(signer)}`);
  }
  const chain = held.chain.map(({ fingerprint }) => fingerprint);
  const chains = [...reached.map((stage) => stage.chain), write.chain ?? []];
  const isKnown = reached.length === 0 || isBeginningOf(chain, write.chain ?? []);
  if (isKnown || isOurs('chain') || chains.some((each) => sameList(each, chain))) return;
  throw changed(expected, ['chain'], `chain ${listed(reached[0]?.chain ?? [])}`, `chain ${listed(chain)}`);
}

function changed(
  { object, place }: Pick<Expected, 'object' | 'place'>,
  parts: readonly Part[],
  expected: string,
  found: string,
): Problem {
  const hint = putBack(place, parts, 'then: meshturn rotation retry …');
  return new Problem('SOURCE_CHANGED_BY_OTHER', { object, expected, found, hint });
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
export function checkReadBack(
  after: HeldSet,
  goals: readonly PartGoal[],
  source: Pick<Expected, 'object' | 'place'>,
): void {
  const lost = goals.filter((goal) => !goal.isIn(after)).map(({ part }) => part);
  if (lost.length === 0) return;
  throw changed(source, lost, 'what was just written', `something else in ${lost.join(', ')}`);
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
