import type { CertRequest } from '../../rotation/requests.ts';
import type { CaFolder, IssuerKind } from '../../rotation/wanted.ts';
import type { MeshRef, NamedUnit, UnitRef } from '../contract.ts';

/** A new CA whose intermediates are made by an issuer. */
export interface IssuedCa extends CaFolder {
  readonly issuer: IssuerKind;
}

/** Names the staged set of one unit in one rotation. */
export interface StagedRef extends UnitRef {
  readonly rotationId: string;
}

/** How long what is issued now is to last at least, in seconds. */
export interface Lasting {
  /** As long as a leaf of the unit lives. */
  readonly leaf?: number;
  /** As long as the rotation may take. */
  readonly rotation?: number;
}

/** A unit whose intermediate is to be made. */
export interface UnitToStage extends NamedUnit {
  readonly lasts: Lasting;
  /** SHA-256 of the public key that a certificate was asked for before. */
  readonly publicKey?: string;
}

/** What makes the intermediates of units, and keeps them until they are written. */
export interface IssuerActivities {
  /**
   * Makes the key of each unit where it will be written, and has its certificate issued; what is there of this rotation
   * is found again, and is asked for once more where it would be refused by now. Resolves with the requests of those
   * whose certificate is yet to be brought. A unit whose CA source is below a wanted root already keeps what it has. With
   * `takeOver` what others have staged before it, which are lost, becomes its own. Fails once nothing is under way any
   * more. At most 8 units.
   */
  stageCas(
    input: MeshRef & {
      readonly rotationId: string;
      readonly ca: IssuedCa;
      readonly units: readonly UnitToStage[];
      readonly takeOver?: boolean;
    },
  ): Promise<{ readonly requests: readonly CertRequest[] }>;
  /**
   * Stages a certificate that was brought for the request with this public key, with its chain; PEM. Takes the place of
   * one that was brought before. Resolves with its fingerprint.
   */
  acceptCertificate(
    input: StagedRef & {
      readonly ca: IssuedCa;
      readonly publicKey: string;
      readonly chain: string;
      readonly lasts: Lasting;
    },
  ): Promise<{ readonly fingerprint: string }>;
  /**
   * Makes what the rotation has staged unreadable, once nothing of it is to be written any more; with `takeOver` what
   * others have staged before it as well, which are lost.
   */
  disposeStaged(input: StagedRef & { readonly takeOver?: boolean }): Promise<void>;
}
