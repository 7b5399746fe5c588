import type { Fingerprint } from './trust.ts';
import type { RotationKind } from './wanted.ts';

/** The trust states that a rotation walks through: S1 trusts both roots, S2 signs with the new CA as well. */
export type TrustStateName = 'S0' | 'S1' | 'S2' | 'S3';

interface Held {
  readonly roots: readonly Fingerprint[];
  readonly signsOld: boolean;
}

/** Between which two CAs the states lie, also on the way back from one to the other. */
interface Course {
  readonly kind: RotationKind;
  /** The roots of S0. */
  readonly before: readonly Fingerprint[];
  /** Those of S3. */
  readonly stays: ReadonlySet<Fingerprint>;
}

/** An intermediate rotation, which changes no bundle, knows S0 and S3 only. */
export function trustStateOf({ roots, signsOld }: Held, { kind, before, stays }: Course): TrustStateName {
  if (signsOld) return roots.some((root) => !before.includes(root)) ? 'S1' : 'S0';
  if (kind === 'intermediate') return 'S3';
  return before.some((root) => roots.includes(root) && !stays.has(root)) ? 'S2' : 'S3';
}
