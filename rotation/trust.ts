/** SHA-256 of a certificate's DER, 64 lowercase hexadecimal digits. The one identity of a certificate here. */
export type Fingerprint = string;

/** What is told of a certificate to people; never its bytes. Times are ISO 8601 in UTC. */
export interface IssuedFacts {
  readonly fingerprint: Fingerprint;
  /** As istiod prints it: `CN=Root A,O=Test`. */
  readonly subject: string;
  readonly issuer: string;
  /** Lowercase hexadecimal without leading zeros, as istiod's `SN: %x`. */
  readonly serial: string;
  readonly notBefore: string;
  readonly notAfter: string;
}

/** Likewise, of one that may still have to be issued. */
export interface CertFacts extends IssuedFacts {
  /** It is none yet: its fingerprint stands for it in a plan, and its serial is empty. */
  readonly toBeIssued?: true;
}

/** An intermediate that an istiod signs with, and the root its path ends in, found by signature. */
export interface Signer {
  readonly fingerprint: Fingerprint;
  readonly root: Fingerprint;
  /** The certificates of its cert-chain.pem, in order. */
  readonly chain: readonly Fingerprint[];
}

/** An ordered bundle of trusted roots, and the intermediate that signs leaves. */
export interface TrustState {
  readonly roots: readonly Fingerprint[];
  readonly signer: Fingerprint;
}

export function sameSet(a: readonly Fingerprint[], b: readonly Fingerprint[]): boolean {
  const left = new Set(a);
  const right = new Set(b);
  return left.size === right.size && left.isSubsetOf(right);
}

/** Order and duplicates count: two bundles that are the same file. */
export function sameList(a: readonly Fingerprint[], b: readonly Fingerprint[]): boolean {
  return a.length === b.length && a.every((fingerprint, i) => fingerprint === b[i]);
}
