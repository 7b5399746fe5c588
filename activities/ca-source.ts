import type { Certificate } from '../pki/certificate.ts';
import type { ObservedSource } from '../rotation/observed.ts';
import type { SourceWrite, Stage } from '../rotation/plan.ts';
import type { Fingerprint, TrustState } from '../rotation/trust.ts';
import type { RotationKind } from '../rotation/wanted.ts';
import type { SetVersions, StageRef, UnitRef, WriteEvidence } from './contract.ts';
import type { NewCa } from './new-ca/new-ca.ts';
import type { Staging } from './staging.ts';

/** Where an istiod's CA set comes from: one object set that can be read as a whole and written in part. */
export interface CaSource {
  /** For errors: `secrets in https://kv-a.vault.azure.net`. */
  readonly object: string;
  /** Clusters whose sources have the same identity share one write unit. */
  readonly identity: string;
  /** One consistent set: read again until nothing moved in between. Throws Problem. */
  read(): Promise<SourceReading>;
  /** The set as it was before a rotation first wrote to it. Throws Problem. */
  readBefore(rotationId: string): Promise<FormerReading>;
  /** Where its next CA waits, where no folder holds that. */
  readonly staging: Staging;
  /**
   * Brings the set to what `write` names and proves it by reading it back. Throws Problem. May be repeated:
   * what is there already is not written again, and a set left half-written is finished.
   */
  write(input: SourceWriteInput): Promise<WriteEvidence>;
}

export interface SourceWriteInput {
  readonly ref: StageRef;
  readonly write: SourceWrite;
  /** Undefined where the folder of the new CA is gone; then all bytes must be found in the source. */
  readonly newCa: NewCa | undefined;
  /** On the way back: the rotation before which the set held what is to be there again, to the byte. */
  readonly before?: string | undefined;
  /**
   * What the source holds as the step begins. Anything else is someone else's work, unless it is the goal or
   * what an earlier stage of the same phase has written.
   */
  readonly from: TrustState;
  /** What the stage before this one, where there is one, and this one lead to, in this order. */
  readonly reached?: readonly Pick<Stage, 'expect' | 'chain'>[] | undefined;
  /** True where another rotation's lease is to be taken over, as somebody decided who knows that it is no more. */
  readonly takeOver?: boolean | undefined;
  /** Called before the first object is written. */
  readonly sending?: (() => void) | undefined;
}

/** One consistent set. The private key was compared inside and is not part of it. */
export interface SourceReading {
  readonly observed: ObservedSource;
  readonly versions: SetVersions;
  /** Every certificate of the set, each once. */
  readonly certificates: readonly Certificate[];
}

/** A set that a source once held. */
export interface FormerReading extends Pick<SourceReading, 'certificates'> {
  /** What leads the source back: an intermediate rotation where its bundle stays. Undefined where nothing was written. */
  readonly kind: RotationKind | undefined;
  readonly observed: Pick<ObservedSource, 'roots' | 'signer'>;
  /** Its certificate, and those that rotations have written since. */
  readonly had: readonly Fingerprint[];
}

/** The trust anchors of its bundle, each once. */
export function anchorsOf({
  observed,
  certificates,
}: Pick<SourceReading, 'observed' | 'certificates'>): readonly Certificate[] {
  return certificates.filter(({ fingerprint }) => observed.roots.includes(fingerprint));
}

/** Finds the CA source of a write unit. */
export interface SourceBook {
  of(ref: UnitRef): Promise<CaSource>;
}
