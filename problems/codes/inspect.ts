import type { CodeEntry } from '../code.ts';

/** What `ca inspect` finds in files, Secrets, vaults, istiods and proxies. */
export const inspectCodes = {
  CA_FILE_MISSING: {
    message: 'there is no such file or folder',
    hint: 'name a PEM file, or a folder with root-cert.pem, ca-cert.pem, ca-key.pem or cert-chain.pem',
    exit: 65,
    retryable: false,
    stands: 'keeps',
  },
  CA_FILE_UNREADABLE: {
    message: 'it cannot be read',
    hint: 'run it as a user who may read the file, or make a copy that you may read',
    exit: 65,
    retryable: false,
    stands: 'keeps',
  },
  NO_CERTIFICATE: {
    message: 'it holds neither a certificate nor a private key',
    hint: 'a CA file begins with -----BEGIN CERTIFICATE-----',
    exit: 65,
    retryable: false,
    stands: 'keeps',
  },
  NOT_PEM: {
    message: 'istiod does not read this form: it takes PEM alone',
    hint: 'convert it: openssl x509 -inform DER -in FILE -out FILE.pem',
    exit: 65,
    retryable: false,
    stands: 'keeps',
  },
  KEY_AMONG_CERTIFICATES: {
    message: 'a private key stands in a file of certificates, which are handed out to everyone',
    hint: 'keep the key in ca-key.pem alone; if the file was ever published, make a new key',
    exit: 65,
    retryable: false,
    stands: 'doubts',
  },
  KEY_ENCRYPTED: {
    message: 'the private key is encrypted, and istiod asks nobody for a password',
    hint: 'decrypt it: openssl pkey -in FILE -out ca-key.pem',
    exit: 65,
    retryable: false,
    stands: 'keeps',
  },
  CA_SOURCE_HELD: {
    message: 'a rotation holds the lease on it: nobody else may write to it',
    hint: 'see how it stands: meshturn rotation list',
    exit: 1,
    retryable: false,
    stands: 'keeps',
    warns: true,
  },
  TEXT_AROUND_PEM: {
    message:
      'there is text around the PEM blocks: it does no harm, but is part of what istiod up to 1.29 compares',
    hint: 'leave a bundle in use as it is; write a new one without: openssl x509 -in FILE',
    exit: 65,
    retryable: false,
    stands: 'keeps',
    warns: true,
  },
  CRLF_IN_PEM: {
    message: 'lines end in CRLF: it does no harm, but istiod up to 1.29 compares bundles byte by byte',
    hint: 'leave a bundle in use as it is; write a new one with line feeds alone: dos2unix FILE',
    exit: 65,
    retryable: false,
    stands: 'keeps',
    warns: true,
  },
} as const satisfies Record<string, CodeEntry>;
