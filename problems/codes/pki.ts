import type { CodeEntry } from '../code.ts';

/** Certificates, keys and bundles. */
export const pkiCodes = {
  BAD_CERTIFICATE: {
    message: 'it cannot be read as a certificate',
    hint: 'look at it with: openssl x509 -in FILE -noout -text',
    exit: 65,
    retryable: false,
    stands: 'doubts',
  },
  BAD_CSR: {
    message: 'it cannot be read as a certificate signing request',
    hint: 'look at it with: openssl req -in FILE -noout -verify -text',
    exit: 65,
    retryable: false,
    stands: 'keeps',
  },
  BAD_KEY: {
    message: 'it cannot be read as a private key',
    hint: 'it must be an unencrypted RSA or ECDSA key in PEM form; check it with: openssl pkey -in FILE -noout -check',
    exit: 65,
    retryable: false,
    stands: 'doubts',
  },
  KEY_NOT_SUPPORTED: {
    message: 'the key is of a kind that not every peer of a mesh verifies',
    hint: 'take an RSA key of 2048 bits or more, or an ECDSA key on P-256 or P-384',
    exit: 65,
    retryable: false,
    stands: 'keeps',
  },
  SIGNATURE_WRONG: {
    message: 'it gave a signature that its own key did not make, and nothing was made of it',
    hint: 'look at what signs: its key, its version, and the algorithm that it signs with',
    exit: 1,
    retryable: false,
    stands: 'keeps',
  },
  KEY_MISMATCH: {
    message: 'the private key does not belong to the certificate',
    hint: 'compare openssl x509 -in ca-cert.pem -noout -pubkey with: openssl pkey -in ca-key.pem -pubout',
    exit: 65,
    retryable: false,
    stands: 'doubts',
  },
  NOT_A_CA: {
    message: 'the certificate may not sign others',
    hint: 'issue it with basicConstraints CA:TRUE and, where it has a keyUsage, keyCertSign',
    exit: 65,
    retryable: false,
    stands: 'doubts',
  },
  ROOT_NOT_SELF_SIGNED: {
    message: 'the certificate is no root: another one signed it',
    hint: 'put the root itself into root-cert.pem, and intermediates into cert-chain.pem',
    exit: 65,
    retryable: false,
    stands: 'doubts',
  },
  CHAIN_LACKS_CERTIFICATE: {
    message:
      'cert-chain lacks the certificate that istiod signs with, and no peer could verify what it signs',
    hint: 'put the contents of ca-cert.pem at the beginning of cert-chain.pem',
    exit: 65,
    retryable: false,
    stands: 'doubts',
  },
  PATH_BROKEN: {
    message: 'no path leads from the signing certificate through cert-chain to a root',
    hint: 'check it with: openssl verify -CAfile root-cert.pem -untrusted cert-chain.pem ca-cert.pem',
    exit: 65,
    retryable: false,
    stands: 'doubts',
  },
  CERT_EXPIRED: {
    message: 'the certificate has expired',
    hint: 'give a certificate that is valid now, or check the clock of this machine',
    exit: 65,
    retryable: false,
    stands: 'doubts',
  },
  CERT_NOT_YET_VALID: {
    message: 'the certificate is not valid yet',
    hint: 'wait until its notBefore, or check the clock of this machine',
    exit: 65,
    retryable: false,
    stands: 'doubts',
  },
} as const satisfies Record<string, CodeEntry>;
