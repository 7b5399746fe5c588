import type { RotationProgress, RotationState, Stopped } from './progress.ts';

/** A request for a certificate that a rotation waits for. */
export interface CertRequest {
  readonly unit: string;
  /** SHA-256 of the public key (SubjectPublicKeyInfo, DER): by it a certificate is matched. */
  readonly publicKey: string;
  /** PEM. */
  readonly csr: string;
}

/** A request whose certificate was brought. */
export interface TakenCertificate extends Pick<CertRequest, 'unit' | 'publicKey'> {
  /** Of the certificate. */
  readonly fingerprint: string;
}

/** Some of the requests, and what to ask with for those after them. */
export interface RequestsPage {
  /** Those that wait. */
  readonly requests: readonly CertRequest[];
  /** Those that wait no more; of a rotation that is past its next phase only what its last run was brought. */
  readonly taken: readonly TakenCertificate[];
  /** True while keys are being made, or read again: there will be more requests. */
  readonly staging: boolean;
  readonly state: RotationState;
  /** Why the rotation stands still, or has failed; left out where nothing stops it as a whole. */
  readonly stopped?: Pick<Stopped, 'code' | 'message' | 'hint'>;
  readonly next: string | undefined;
}

/** Characters of a chain: it comes to lie in one secret of Key Vault, which takes as many bytes. */
export const mostSubmitted = 25 * 1024;

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
  /** Units whose certificate was brought, with the public key of their request and its fingerprint; none past the plan with it. */
  readonly taken: readonly (readonly [unit: string, publicKey: string, fingerprint: string])[];
  /** True while certificates are still to be obtained, or to be planned with. */
  readonly open: boolean;
  readonly leaves?: CarriedLeaves;
  /** Units that have left the mesh, and may have left something staged. */
  readonly gone?: readonly string[];
}

/** How long leaves live at most, in seconds: in most units, and in those where that is another. */
export interface CarriedLeaves {
  readonly usual: number;
  readonly others: Readonly<Record<string, number>>;
}

/** A request has 2 KB at most: an answer of the server may have 256. */
const pageSize = 50;

/** @param after the unit of the last one of the page before, whether it still waits or not */
export function requestsPage(
  found: Pick<RequestsPage, 'requests' | 'taken' | 'staging'>,
  { state, stopped }: Pick<RotationProgress, 'state' | 'stopped'>,
  after?: string,
): RequestsPage {
  const isAfter = ({ unit }: { readonly unit: string }) => after === undefined || unit > after;
  const units = [...found.requests, ...found.taken].filter(isAfter).map(({ unit }) => unit);
  const page = new Set([...new Set(units)].toSorted().slice(0, pageSize));
  const isOnPage = ({ unit }: { readonly unit: string }) => page.has(unit);
  const { code = '', message = '', hint = '' } = stopped ?? {};
  return {
    requests: found.requests.filter(isOnPage).toSorted(byUnit),
    taken: found.taken.filter(isOnPage).toSorted(byUnit),
    staging: found.staging,
    state,
    ...(stopped === undefined ? {} : { stopped: { code, message, hint } }),
    next: new Set(units).size > page.size ? [...page].at(-1) : undefined,
  };
}

function byUnit(a: { readonly unit: string }, b: { readonly unit: string }): number {
  return a.unit < b.unit ? -1 : 1;
}

/** Tells for how many certificates a rotation waits, and what to type; nothing where it waits for none. */
export function awaitingCertificates(progress: RotationProgress, count: number): RotationProgress {
  const { awaiting, ...rest } = progress;
  if (count === 0) return awaiting === undefined ? progress : rest;
  const what = `${count} ${count === 1 ? 'certificate' : 'certificates'}: meshturn rotation requests -f FILE --mesh ${progress.mesh} --out DIR, then rotation submit`;
  return awaiting?.what === what ? progress : { ...progress, awaiting: { what, until: undefined } };
}
