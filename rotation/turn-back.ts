import { compact, expand, type CompactRotation } from './carry.ts';
import { startProgress, stopsIn } from './course.ts';
import { doubtsIn, doubtsOf } from './doubts.ts';
import type { RotationInput, TurnedRotation } from './messages.ts';
import { takesOver, wayBackOf } from './own-lease.ts';
import type { CarriedCas } from './requests.ts';
import { issuerOf, type PlanPolicy, type Wanted } from './wanted.ts';

/**
 * The same mesh's next rotation, which leads the one that has come to rest back to what it found. It has an id of its
 * own, so that no version, lease or report of the one is taken for the other's.
 * @param carried what the rotation would take with it into a new run
 * @param at ISO 8601
 */
export function turnedBack(input: RotationInput, carried: CompactRotation, at: string): RotationInput {
  const { fleet, mesh, rotationId } = input;
  const ca = { kind: input.ca.kind, before: rotationId } as const;
  const id = wayBackOf(rotationId);
  const { cas, shape, wanted, origin, appliedMessages, progress, evidence } = expand(carried);
  const { startedAt, versionsWritten, from, to } = progress;
  const { phases = 0, stops = [] } = evidence ?? {};
  const kept = doubtsIn([...doubtsOf(progress), ...stopsIn(progress).map((stop) => stop.stopped.code)]);
  const doubts = kept.length === 0 ? {} : { doubts: kept };
  const turned = {
    ...doubts,
    roots: [...new Set([...from, ...to].map(({ fingerprint }) => fingerprint))],
    origin: bundlesOf(origin),
    ...stagedIn(input),
    ...(phases === 0 ? {} : { end: { startedAt, endedAt: at, versionsWritten, stops } }),
  };
  const known = shape && wanted && origin && { shape, wanted, origin };
  return {
    ...input,
    ...{ rotationId: id, ca, policy: wayBack(input.policy) },
    turned,
    carried: compact({
      ...(cas && shape && { cas: leftOf(cas), shape }),
      ...known,
      ...{ again: 0, phases: [], started: [], appliedMessages },
      progress: { ...startProgress({ id, fleet, mesh, ca, at }), ...doubts },
    }),
  };
}

/** What the way back is to dispose of: its own policy no longer tells what was taken over. */
function stagedIn({ ca, policy }: RotationInput): Pick<TurnedRotation, 'staged' | 'tookOver'> {
  if (issuerOf(ca) === undefined) return {};
  return takesOver(policy) ? { staged: true, tookOver: true } : { staged: true };
}

/** Nothing is issued any more. Units that have left the mesh, or leave it from here on, may keep what was staged. */
function leftOf({ gone }: CarriedCas): CarriedCas {
  return { ...{ staged: true, waiting: [], taken: [], open: false }, ...(gone && { gone }) };
}

/** What was overridden on the way there is no reason to break anything on the way back. */
function wayBack(policy: PlanPolicy): PlanPolicy {
  return { ...policy, phases: 'three', chain: 'beforeKey', overrides: [] };
}

/** Where a rotation that turned back is to end: its signers and certificates are read from the CA sources. */
export function backToOrigin(read: Wanted, { turned }: Pick<RotationInput, 'turned'>): Wanted {
  if (turned === undefined || turned.origin.roots.length === 0 || read.kind === 'intermediate') return read;
  const { kind, signers, certificates } = read;
  return { kind, signers, certificates, exact: true, ...turned.origin };
}

function bundlesOf(origin: Wanted | undefined): Pick<Wanted, 'roots' | 'unitRoots'> {
  const { roots = [], unitRoots } = origin ?? {};
  return { roots, ...(unitRoots === undefined ? {} : { unitRoots }) };
}
