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
  readonly next: string | undefined;
}

/** A certificate with its chain, PEM, for the request with this public key. */
export interface Submission {
  readonly publicKey: string;
  readonly chain: string;
}

/** A request has 2 KB at most: an answer of the server may have 256. */
const pageSize = 50;

/** @param after the public key of the last one of the page before */
export function requestsPage(waiting: readonly CertRequest[], after?: string): RequestsPage {
  const start = after === undefined ? 0 : waiting.findIndex(({ publicKey }) => publicKey === after) + 1;
  const requests = waiting.slice(start, start + pageSize);
  const more = start + pageSize < waiting.length;
  return { requests, next: more ? requests.at(-1)?.publicKey : undefined };
}

/** Tells for how many certificates a rotation waits, and what to type; nothing where it waits for none. */
export function awaitingCertificates(progress: RotationProgress, count: number): RotationProgress {
  const { awaiting, ...rest } = progress;
  if (count === 0) return awaiting === undefined ? progress : rest;
  const what = `${count} ${count === 1 ? 'certificate' : 'certificates'}: meshturn rotation requests -f FILE --mesh ${progress.mesh} --out DIR, then rotation submit`;
  return awaiting?.what === what ? progress : { ...progress, awaiting: { what, until: undefined } };
}
