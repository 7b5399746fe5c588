import type { Fingerprint } from '../rotation/trust.ts';
import type { UnitCa } from './new-ca/new-ca.ts';
import type { PrivateKey } from './private-key.ts';

/** A key that waits for its certificate, and from then on the whole CA of a unit, until it is written. */
export interface StagedSet {
  readonly key: PrivateKey;
  /** Undefined while there is no certificate. */
  readonly ca: UnitCa | undefined;
}

/** Whose staged set is asked for. */
interface StagingOf {
  readonly rotationId: string;
  /** True where what another rotation has left there is no hindrance, as somebody decided who knows that it is lost. */
  readonly takeOver?: boolean | undefined;
}

/**
 * Where the new CA of a write unit is from the moment that its key is made until the rotation ends: an object of its
 * own beside the CA source, which no volume mounts. Keys go in and out within one activity.
 */
export interface Staging {
  /** For errors: `secret ca-key-meshturn-next in https://kv-a.vault.azure.net`. */
  readonly object: string;
  /**
   * What the rotation has staged; undefined where that is nothing. Two attempts at the same call may have staged two
   * sets, and one that was given up may do so late: what is preferred comes first, then what has its certificate; of
   * equals the oldest key, which another cannot displace, and of its certificates the newest, which was brought in
   * place of the others.
   * Throws Problem HELD_BY_OTHER_ROTATION, STAGED_SET_UNREADABLE, and those of the source.
   */
  read(of: StagingOf, preferred?: Preferred): Promise<StagedSet | undefined>;
  /** Whose staged sets can be read; undefined where there are none. Reads no value. @param live what istiod is given now */
  heldBy(live: Fingerprint | undefined): Promise<HeldSet | undefined>;
  /** Stages a set beside what is there, and returns what `read` finds then. Throws where the activity was cut off. */
  put(of: StagingOf, set: StagedSet): Promise<StagedSet>;
  /**
   * Makes what others have staged, which are lost, the rotation's own, so that nobody is asked to sign a second time.
   * @param besides the fingerprint of a certificate whose key is not to be used again
   */
  adopt(of: Pick<StagingOf, 'rotationId'>, besides: Fingerprint | undefined): Promise<void>;
  /** Makes what the rotation has staged unreadable. What another one has staged stays, unless it is taken over. */
  dispose(of: StagingOf): Promise<void>;
}

/** That there are staged sets. */
interface HeldSet {
  readonly rotationId: string;
  /** True where one of them is in use. */
  readonly inUse: boolean;
}

/** Which of several staged sets is asked for. */
interface Preferred {
  /** Fingerprints of certificates. */
  readonly among?: readonly Fingerprint[];
  /** SHA-256 of a public key. */
  readonly publicKey?: string | undefined;
}
