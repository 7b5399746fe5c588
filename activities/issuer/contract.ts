import type { CertRequest } from '../../rotation/requests.ts';
import type { CaFolder, IssuerKind } from '../../rotation/wanted.ts';
import type { UnitRef } from '../contract.ts';

/** A new CA whose intermediates are made by an issuer. */
export interface IssuedCa extends CaFolder {
  readonly issuer: IssuerKind;
}

/** Names the staged set of one unit in one rotation. */
export interface StagedRef extends UnitRef {
  readonly rotationId: string;
}

/** What makes the intermediate of a unit, and keeps it until it is written. */
export interface IssuerActivities {
  /**
   * Makes the unit's key where it will be written, and has its certificate issued; what is there of this rotation is
   * found again. Resolves with the request where the certificate is yet to be brought. A unit whose CA source is below
   * a wanted root already keeps what it has.
   */
  stageCa(
    input: StagedRef & { readonly ca: IssuedCa; readonly takeOver?: boolean },
  ): Promise<{ readonly request?: CertRequest }>;
  /** Stages a certificate that was brought, with its chain; PEM. Resolves with its fingerprint. */
  acceptCertificate(
    input: StagedRef & { readonly ca: IssuedCa; readonly chain: string },
  ): Promise<{ readonly fingerprint: string }>;
  /** Makes what the rotation has staged unreadable, once nothing of it is to be written any more. */
  disposeStaged(input: StagedRef): Promise<void>;
}
