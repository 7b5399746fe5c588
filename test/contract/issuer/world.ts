import type { Issuer } from '../../../fleet/fleet.ts';
import type { Certificate } from '../../../pki/certificate.ts';

/** An issuer as the contract is given it, and the root that it issues below. */
export interface IssuerWorld {
  /** As a fleet file names it. */
  readonly issuer: Issuer;
  readonly root: Certificate;
  /** Of one that issues nothing by itself: signs a request, PEM, for so many days, and gives back the chain. */
  readonly sign?: (csr: string, days?: number) => Promise<string>;
  close(): Promise<void>;
}
