import type { Certificate } from '../../pki/certificate.ts';
import type { Problem } from '../../problems/problem.ts';

/** istioctl's words: a chain that is presented, or anchors that are trusted. */
export type HoldingType = 'Cert Chain' | 'CA';

/** `STORED` lies somewhere; `ACTIVE` is in use by a running program; `WARMING` waits to be. */
type HoldingStatus = 'STORED' | 'ACTIVE' | 'WARMING';

/** One certificate in its place. */
export interface Holding {
  /** The file, the object or the secret that it is in. */
  readonly name: string;
  readonly type: HoldingType;
  readonly status: HoldingStatus;
  readonly certificate: Certificate;
  /** Where the place says which trust domain an anchor is for; otherwise by the certificate's SPIFFE ID. */
  readonly trustDomain?: string;
}

/** A private key, by what may be told of it. */
export interface HeldKey {
  readonly name: string;
  /** `EC P-256` */
  readonly kind: string;
  /** The names of the holdings with a certificate of this key. */
  readonly matches: readonly string[];
}

/** What was found in one place. No part of a private key is in it. */
export interface Place {
  readonly kind: 'files' | 'secret' | 'source' | 'istiod' | 'proxy';
  /** `Secret aks-istio-system/cacerts of cluster aks-weu-1` */
  readonly object: string;
  readonly cluster: string | undefined;
  readonly holdings: readonly Holding[];
  readonly keys: readonly HeldKey[];
  /** What is wrong with it, or odd about it. */
  readonly findings: readonly Problem[];
  /** Where it is a whole set that verifies: from the certificate that signs to its root. */
  readonly path: readonly Certificate[];
}
