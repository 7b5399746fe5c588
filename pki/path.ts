import type { Certificate } from './certificate.ts';
import { distinct } from './distinct.ts';
import { isSignedBy } from './is-signed-by.ts';

/** A path from leaf to root, or why there is none, in words. */
export type PathResult =
  | { readonly ok: true; readonly path: readonly Certificate[] }
  | { readonly ok: false; readonly reason: string };

/**
 * Finds a path from `leaf` through certificates of `presented` to one of `roots`, and nothing else. Every
 * link is verified by signature; names, key identifiers, CA flag, path length and validity at `at` must agree
 * as well, as peers demand it. Name constraints are not looked at.
 */
export function verifyPath(input: {
  readonly leaf: Certificate;
  readonly presented: readonly Certificate[];
  readonly roots: readonly Certificate[];
  readonly at: Date;
}): PathResult {
  return searchPath({ ...input, reject: (certificate) => outsideValidity(certificate, input.at) });
}

/** As `verifyPath`, but lets each certificate be rejected with a reason instead of asking for validity. */
export function searchPath(input: {
  readonly leaf: Certificate;
  readonly presented: readonly Certificate[];
  readonly roots: readonly Certificate[];
  readonly reject: (certificate: Certificate) => string | undefined;
}): PathResult {
  const { leaf, presented, roots, reject } = input;
  const rejected = reject(leaf);
  return rejected === undefined
    ? extend([leaf], {
        candidates: distinct([...roots, ...presented]),
        roots,
        reject,
        tried: new Map(),
        signatures: 0,
      })
    : { ok: false, reason: rejected };
}

/** Why a certificate may not be used at an instant; undefined where it may. */
function outsideValidity(certificate: Certificate, at: Date): string | undefined {
  if (at > certificate.notAfter) {
    return `${nameOf(certificate)} expired at ${certificate.notAfter.toISOString()}`;
  }
  if (at < certificate.notBefore) {
    return `${nameOf(certificate)} is not valid before ${certificate.notBefore.toISOString()}`;
  }
  return undefined;
}

/** A certificate in words: its subject, or its serial number where that is empty. */
export function nameOf(certificate: Certificate): string {
  return certificate.subject === '' ? `leaf ${certificate.serial}` : `"${certificate.subject}"`;
}

/** Go gives up there as well: certificates of one name and one key could be put together in more ways than can be tried. */
export const mostSignatures = 100;

interface Search {
  readonly candidates: readonly Certificate[];
  readonly roots: readonly Certificate[];
  readonly reject: (certificate: Certificate) => string | undefined;
  /** Why no path goes on from a certificate, by that and the number of those below it: it is asked once. */
  readonly tried: Map<string, string>;
  signatures: number;
}

function extend(path: readonly [Certificate, ...Certificate[]], search: Search): PathResult {
  const last = path.at(-1) ?? path[0];
  if (last.isCa && search.roots.some(({ fingerprint }) => fingerprint === last.fingerprint)) {
    return { ok: true, path };
  }
  const place = `${last.fingerprint} ${path.length}`;
  const tried = search.tried.get(place);
  if (tried !== undefined) return { ok: false, reason: tried };
  let reason = unsigned(last);
  for (const candidate of search.candidates) {
    if (path.includes(candidate) || !last.x509.checkIssued(candidate.x509)) continue;
    search.signatures += 1;
    if (search.signatures > mostSignatures) {
      return { ok: false, reason: `more than ${mostSignatures} signatures would have to be looked at` };
    }
    if (!isSignedBy(last, candidate)) continue;
    const refused = whyNoIssuer(candidate, path) ?? search.reject(candidate);
    const result: PathResult =
      refused === undefined ? extend([...path, candidate], search) : { ok: false, reason: refused };
    if (result.ok) return result;
    reason = result.reason;
  }
  search.tried.set(place, reason);
  return { ok: false, reason };
}

/**
 * The signature decides. The names and key identifiers are asked for besides it, because Envoy and Go refuse
 * a link whose signature is right and whose names are not.
 */
export function isIssuedBy(certificate: Certificate, issuer: Certificate): boolean {
  return certificate.x509.checkIssued(issuer.x509) && isSignedBy(certificate, issuer);
}

function whyNoIssuer(issuer: Certificate, below: readonly Certificate[]): string | undefined {
  if (!issuer.isCa) return `${nameOf(issuer)} is not a CA`;
  // The last one counts as well where it is a CA itself: what matters is whether it may go on signing.
  const casBelow = below.filter(({ isCa }) => isCa).length;
  return issuer.pathLength !== undefined && casBelow > issuer.pathLength
    ? `${nameOf(issuer)} allows ${issuer.pathLength} CAs below it, and there are ${casBelow}`
    : undefined;
}

function unsigned(certificate: Certificate): string {
  return (
    `${nameOf(certificate)} is signed by none of the certificates presented and by none of the roots` +
    ` (it names "${certificate.issuer}" as its issuer)`
  );
}
