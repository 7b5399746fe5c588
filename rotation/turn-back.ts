import { compact, expand, type CompactRotation } from './carry.ts';
import { startProgress, stopsIn } from './course.ts';
import { doubtsIn, doubtsOf } from './doubts.ts';
import type { RotationInput } from './messages.ts';
import { wayBackOf } from './own-lease.ts';
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
  const { shape, wanted, origin, appliedMessages, progress, evidence } = expand(carried);
  const { startedAt, versionsWritten, from, to } = progress;
  const { phases = 0, stops = [] } = evidence ?? {};
  const kept = doubtsIn([...doubtsOf(progress), ...stopsIn(progress).map((stop) => stop.stopped.code)]);
  const doubts = kept.length === 0 ? {} : { doubts: kept };
  const turned = {
    ...doubts,
    roots: [...new Set([...from, ...to].map(({ fingerprint }) => fingerprint))],
    origin: bundlesOf(origin),
    ...(issuerOf(input.ca) === undefined ? {} : { staged: true as const }),
    ...(phases === 0 ? {} : { end: { startedAt, endedAt: at, versionsWritten, stops } }),
  };
  const known = shape && wanted && origin && { shape, wanted, origin };
  return {
    ...input,
    ...{ rotationId: id, ca, policy: wayBack(input.policy) },
    turned,
    carried: compact({
      ...known,
      ...{ again: 0, phases: [], started: [], appliedMessages },
      progress: { ...startProgress({ id, fleet, mesh, ca, at }), ...doubts },
    }),
  };
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
