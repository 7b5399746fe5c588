import { fromDer } from '../../pki/asn1.ts';
import type { Certificate } from '../../pki/certificate.ts';
import { spelledName } from '../../pki/name.ts';
import { oids } from '../../pki/oids.ts';
import { issuerOf } from '../../pki/tbs.ts';
import { Problem } from '../../problems/problem.ts';
import type { Asked } from './asked.ts';

/**
 * What an issued certificate must say, and what one says that does not. A subject is the same by its attributes: Go
 * writes the texts of a request anew, in another string type. What else issuers add, as where their lists of revoked
 * certificates are, harms nobody.
 */
const demands: readonly {
  readonly expected: (asked: Asked) => string;
  readonly found: (certificate: Certificate) => string;
}[] = [
  {
    expected: ({ subject }) => `subject "${spelledName(fromDer(subject))}"`,
    found: (certificate) => `subject "${spelledName(fromDer(issuerOf(certificate).name))}"`,
  },
  {
    expected: () => 'no other names',
    found: (certificate) =>
      extensionOf(certificate, oids.subjectAltName) === undefined
        ? 'no other names'
        : `subjectAltName ${certificate.x509.subjectAltName ?? ''}`.trim(),
  },
  { expected: () => 'a CA', found: ({ isCa }) => (isCa ? 'a CA' : 'a certificate that may sign no others') },
  {
    expected: () => 'keyUsage with keyCertSign',
    found: ({ profile }) => (profile.mayCertify === true ? 'keyUsage with keyCertSign' : 'no keyUsage'),
  },
  {
    expected: () => 'critical basicConstraints',
    found: (certificate) =>
      extensionOf(certificate, oids.basicConstraints)?.critical === true
        ? 'critical basicConstraints'
        : 'basicConstraints that may be passed over',
  },
  { expected: () => 'pathLen 0', found: ({ pathLength }) => `pathLen ${pathLength ?? 'without limit'}` },
];

/** Throws Problem CERTIFICATE_NOT_AS_ASKED. */
export function demandAsked(certificate: Certificate, asked: Asked, object: string): void {
  for (const demand of demands) {
    const [expected, found] = [demand.expected(asked), demand.found(certificate)];
    if (expected !== found) throw new Problem('CERTIFICATE_NOT_AS_ASKED', { object, expected, found });
  }
}

function extensionOf({ profile }: Certificate, type: string) {
  return profile.extensions.find((one) => one.type === type);
}
