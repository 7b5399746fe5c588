import type { CodeEntry } from '../code.ts';

/** What is wrong with a CA as it was made, or for the mesh that it is for. */
export const caCheckCodes = {
  KEY_AND_CERTIFICATE_SWAPPED: {
    message: 'ca-key holds the certificate, and ca-cert the private key',
    hint: 'give each file the name of what is in it; if ca-cert.pem was ever published, make a new key',
    exit: 65,
    retryable: false,
    stands: 'doubts',
  },
  KEYS_MANY: {
    message: 'there are several private keys, and istiod takes the first',
    hint: 'leave the one that belongs to ca-cert.pem: openssl pkey -in ca-key.pem writes the first',
    exit: 65,
    retryable: false,
    stands: 'keeps',
  },
  BLANK_LINES_IN_PEM: {
    message: 'there are empty lines: they do no harm, but are part of what istiod up to 1.29 compares',
    hint: 'leave a bundle in use as it is; write a new one without: openssl x509 -in FILE',
    exit: 65,
    retryable: false,
    stands: 'keeps',
    warns: true,
  },
  NEWLINE_MISSING: {
    message: 'the last line does not end, and a file that is joined to it would lose a certificate',
    hint: 'end it with a line feed: echo >> FILE',
    exit: 65,
    retryable: false,
    stands: 'keeps',
    warns: true,
  },
  ROOT_TWICE: {
    message: 'a root is there more than once',
    hint: 'leave it there once: nobody trusts it more for that',
    exit: 65,
    retryable: false,
    stands: 'keeps',
    warns: true,
  },
  PATH_LENGTH_EXCEEDED: {
    message:
      'more CAs are below the certificate than its pathLen allows, and peers refuse what is signed below it',
    hint: 'sign with a CA that is directly below it, or issue it anew with a larger pathLen',
    exit: 65,
    retryable: false,
    stands: 'doubts',
  },
  KEY_ID_MISMATCH: {
    message:
      'its authorityKeyIdentifier names another key than that of its issuer, and Envoy does not find the issuer',
    hint: 'issue it anew with authorityKeyIdentifier=keyid, from the certificate of the issuer that is in use',
    exit: 65,
    retryable: false,
    stands: 'doubts',
  },
  SIGNATURE_WEAK: {
    message: 'the certificate is signed in a way that istiod and Envoy do not accept',
    hint: 'issue it anew with SHA-256: openssl x509 -req -sha256 …',
    exit: 65,
    retryable: false,
    stands: 'doubts',
  },
  SERIAL_UNFIT: {
    message: 'the serial number is not one that every verifier takes',
    hint: 'issue it anew with a positive random serial number of at most 20 bytes',
    exit: 65,
    retryable: false,
    stands: 'doubts',
  },
  SERIAL_REPEATED: {
    message: 'two certificates of one issuer have the same serial number',
    hint: 'issue one of them anew with a random serial number: openssl x509 -req … without -set_serial',
    exit: 65,
    retryable: false,
    stands: 'doubts',
  },
  EXTENSION_UNKNOWN: {
    message:
      'the certificate has an extension that istiod or Envoy does not know or take, and is refused for it',
    hint: 'issue it anew without the extension',
    exit: 65,
    retryable: false,
    stands: 'doubts',
  },
  CERT_MALFORMED: {
    message: 'the certificate is written in a way that istiod does not read',
    hint: 'issue it anew; openssl asn1parse -i -in FILE shows how it is written',
    exit: 65,
    retryable: false,
    stands: 'doubts',
  },
  PURPOSE_UNFIT: {
    message:
      'the certificate of a CA has an extKeyUsage that leaves out TLS, and peers refuse the leaves below it',
    hint: 'issue it anew without extKeyUsage, or with serverAuth and clientAuth',
    exit: 65,
    retryable: false,
    stands: 'doubts',
  },
  NAME_CONSTRAINED: {
    message:
      'the nameConstraints of a CA shut out the trust domain, or istiod’s own names, and peers refuse what it signs',
    hint: 'issue it anew with permitted;URI: and the trust domain as it is, without a leading dot, and if any permitted;DNS: with one of NAMESPACE.svc, where istiod runs: istioNamespace in the fleet file says where that is',
    exit: 65,
    retryable: false,
    stands: 'doubts',
  },
  CERT_OUTLIVED_BY_LEAVES: {
    message: 'it ends before a leaf would that is signed now',
    hint: 'give a CA that lasts longer than the leaves of the mesh live',
    exit: 65,
    retryable: false,
    stands: 'doubts',
  },
  CERT_EXPIRES_SOON: {
    message: 'it lasts, but not as long as is asked of a new CA',
    hint: 'give one that lasts longer, or plan the next rotation before its end',
    exit: 65,
    retryable: false,
    stands: 'keeps',
    warns: true,
  },
  NEW_CA_UNIT_MISSING: {
    message:
      'no set is there for a control plane of the mesh, which is only right where it shares its CA source',
    hint: 'make one in a folder of the cluster’s name; one for the first of the clusters that share a CA source is enough',
    exit: 65,
    retryable: false,
    stands: 'keeps',
    warns: true,
  },
  ISSUER_OUTLIVED: {
    message: 'it ends later than the certificate that issued it, and is of no use from then on',
    hint: 'issue it with an end no later than that of its issuer',
    exit: 65,
    retryable: false,
    stands: 'keeps',
    warns: true,
  },
  OLD_ROOT_MISSING: {
    message: 'a bundle that is to follow on the one in use lacks a root of that',
    hint: 'append the new root to the bundle in use: cat root-cert.pem new-root.pem > both.pem',
    exit: 65,
    retryable: false,
    stands: 'doubts',
  },
  AGENT_KEEPS_ONE_ROOT: {
    message: 'agents of this version keep one root of a bundle and drop the others',
    hint: 'upgrade the proxies to 1.24.5 or 1.25.2 or newer and restart their workloads before the rotation',
    exit: 1,
    retryable: false,
    stands: 'doubts',
  },
} as const satisfies Record<string, CodeEntry>;
