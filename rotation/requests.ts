import type { RotationProgress } from './progress.ts';

/** A request for a certificate that a rotation waits for. */
export interface CertRequest {
  readonly unit: string;
  /** SHA-256 of the public key (SubjectPublicKeyInfo, DER): by it a certificate is matched. */
  readonly publicKey: string;
  /** PEM. */
  readonly csr: string;
}

/** Some of the requests that wait, and what to ask with for those after them. */
export interface RequestsPage {
  readonly requests: readonly CertRequest[];
  /** True while keys are being made, or read again: there will be more requests. */
  readonly staging: boolean;
  readonly next: string | undefined;
}

/** A certificate with its chain, PEM, for the request with this public key. */
export interface Submission {
  readonly publicKey: string;
  readonly chain: string;
}

/** What a rotation hands to its next run once it may stage anything: the texts of requests would be too much in a large mesh. */
export interface CarriedCas {
  /** True once a key was made for every unit. */
  readonly staged: boolean;
  /** Units that wait for a certificate, with the public key of their request. */
  readonly waiting: readonly (readonly [unit: string, publicKey: string])[];
  /** Public keys of requests whose certificate was brought, with its fingerprint. */
  readonly taken: readonly (readonly [publicKey: string, fingerprint: string])[];
  /** True once nothing of it is to be written or read any more: it is being disposed of. */
  readonly over?: boolean;
}

/** A request has 2 KB at most: an answer of the server may have 256. */
const pageSize = 50;

/** @param after the unit of the last one of the page before, whether it still waits or not */
export function requestsPage(
  waiting: readonly CertRequest[],
  staging: boolean,
  after?: string,
): RequestsPage {
  const sorted = waiting.toSorted((a, b) => (a.unit < b.unit ? -1 : 1));
  const rest = after === undefined ? sorted : sorted.filter(({ unit }) => unit > after);
  const requests = rest.slice(0, pageSize);
  return { requests, staging, next: rest.length > pageSize ? requests.at(-1)?.unit : undefined };
}

/** Tells for how many certificates a rotation waits, and what to type; nothing where it waits for none. */
export function awaitingCertificates(progress: RotationProgress, count: number): RotationProgress {
  const { awaiting, ...rest } = progress;
  if (count === 0) return awaiting === undefined ? progress : rest;
  const what = `${count} ${count === 1 ? 'certificate' : 'certificates'}: meshturn rotation requests -f FILE --mesh ${progress.mesh} --out DIR, then rotation submit`;
  return awaiting?.what === what ? progress : { ...progress, awaiting: { what, until: undefined } };
}
