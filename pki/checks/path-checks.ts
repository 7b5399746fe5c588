import type { ProblemDetails } from '../../problems/problem.ts';
import type { Certificate } from '../certificate.ts';
import { nameOf } from '../path.ts';
import type { CaCheck } from './check.ts';
import { pathOf, type SeenSet } from './seen-set.ts';
import { whyNotCa } from './signer-checks.ts';

/** What is asked of the path from the certificate that signs to its root, as peers walk it. */
export const pathChecks: readonly CaCheck[] = [
  {
    code: 'CERT_EXPIRED',
    severity: 'fatal',
    expects: 'a path that is valid now',
    why: 'peers refuse what is signed below it',
    of: 'any',
    stricterThan: [],
    find: (set) =>
      lookedAt(set).flatMap((one) =>
        set.at <= one.notAfter
          ? []
          : [
              {
                object: inSet(one, set),
                expected: `notAfter later than ${set.at.toISOString()}`,
                found: one.notAfter.toISOString(),
              },
            ],
      ),
  },
  {
    code: 'CERT_NOT_YET_VALID',
    severity: 'fatal',
    expects: 'a path that is valid now',
    why: 'peers refuse what is signed below it until then',
    of: 'any',
    stricterThan: [],
    find: (set) =>
      lookedAt(set).flatMap((one) =>
        set.at >= one.notBefore
          ? []
          : [
              {
                object: inSet(one, set),
                expected: `notBefore up to ${set.at.toISOString()}`,
                found: one.notBefore.toISOString(),
              },
            ],
      ),
  },
  {
    code: 'PATH_LENGTH_EXCEEDED',
    severity: 'fatal',
    expects: 'no more CAs below a CA than its pathLen allows',
    why: 'peers refuse what is signed below it',
    of: 'any',
    stricterThan: [],
    find: tooLong,
  },
  {
    code: 'KEY_ID_MISMATCH',
    severity: 'fatal',
    expects: 'an authorityKeyIdentifier that is the subjectKeyIdentifier of the issuer',
    why: 'OpenSSL and BoringSSL, which Envoy verifies with, take a certificate with another identifier for none of the issuer. Go takes identifiers for a help in its search alone.',
    of: 'any',
    stricterThan: ['go'],
    find: otherKeyIds,
  },
  {
    code: 'PATH_BROKEN',
    severity: 'fatal',
    expects: 'a path from ca-cert through cert-chain to a certificate of root-cert',
    why: 'istiod refuses the set, and peers refuse what is signed with it',
    of: 'any',
    stricterThan: [],
    find: noPath,
  },
];

function noPath(set: SeenSet): readonly ProblemDetails[] {
  if (set.path === undefined || set.path.ok) return [];
  const reasons = pathChecks.filter(({ code }) => code !== 'PATH_BROKEN').flatMap(({ find }) => find(set));
  const others = pathOf(set).flatMap((one) => whyNotCa(one, inSet(one, set)));
  return reasons.length + others.length > 0 ? [] : [{ object: set.object, found: set.path.reason }];
}

/** The path, and where there is none at least the certificate that signs. */
function lookedAt(set: SeenSet): readonly Certificate[] {
  const path = pathOf(set);
  return path.length > 0 || set.signer === undefined ? path : [set.signer];
}

function tooLong(set: SeenSet): readonly ProblemDetails[] {
  return pathOf(set).flatMap((one, below) =>
    one.pathLength === undefined || below <= one.pathLength
      ? []
      : [
          {
            object: inSet(one, set),
            expected: `at most ${one.pathLength} CAs below it`,
            found: String(below),
          },
        ],
  );
}

function otherKeyIds(set: SeenSet): readonly ProblemDetails[] {
  const path = pathOf(set);
  return path.flatMap((one, index) => {
    // Above an anchor nothing is asked for, be it an intermediate that is trusted as a root.
    const issuer = path[index + 1] ?? (one.issuer === one.subject ? one : undefined);
    if (issuer === undefined) return [];
    const wanted = one.profile.authorityKeyId;
    const found = issuer.subjectKeyId;
    if (wanted === undefined || found === undefined || wanted.equals(found)) return [];
    // Of a root nothing but itself is asked: its own identifiers are compared where it has both.
    return [
      {
        object: inSet(one, set),
        expected: `the authorityKeyIdentifier ${found.toString('hex')}`,
        found: wanted.toString('hex'),
      },
    ];
  });
}

export function inSet(certificate: Certificate, { object }: Pick<SeenSet, 'object'>): string {
  return `${nameOf(certificate)} in ${object}`;
}
