import { type CodeEntry } from '../code.ts';

/** Certificates, keys and bundles. */
export const pkiCodes = {
  BAD_CERTIFICATE: {
    message: 'it cannot be read as a certificate',
    hint: 'look at it with: openssl x509 -in FILE -noout -text',
    exit: 65,
    retryable: false,
  },
} as const satisfies Record<string, CodeEntry>;
