import type { CodeEntry } from '../code.ts';

/** What `ca init`, `ca request` and `ca sign` end with: the making of CAs, off line. */
export const makingCodes = {
  FILE_EXISTS: {
    message: 'it is there already, and nothing is written over it',
    hint: 'name another folder with --out, or move it away',
    exit: 65,
    retryable: false,
    stands: 'keeps',
  },
  FILE_NOT_WRITTEN: {
    message: 'it cannot be written, and what was written before it has been taken away again',
    hint: 'make room on the disk, or name a folder with --out that you may write to',
    exit: 1,
    retryable: false,
    stands: 'keeps',
  },
  PASSPHRASE_MISSING: {
    message: 'its passphrase is not known',
    hint: 'say where it is: --passphrase-file FILE, --passphrase-fd N or --passphrase-env NAME; on a terminal it is asked for',
    exit: 64,
    retryable: false,
    stands: 'keeps',
  },
  PASSPHRASE_UNFIT: {
    message: 'it cannot be the passphrase',
    hint: 'give the passphrase as one line, and a new one of 12 characters or more',
    exit: 64,
    retryable: false,
    stands: 'keeps',
  },
  PASSPHRASE_WRONG: {
    message: 'the passphrase does not open it',
    hint: 'try it with: openssl pkey -in FILE -noout',
    exit: 4,
    retryable: false,
    stands: 'keeps',
  },
  REQUEST_REFUSED: {
    message: 'no intermediate is made for this request',
    hint: 'make requests with: meshturn ca request',
    exit: 65,
    retryable: false,
    stands: 'keeps',
  },
} as const satisfies Record<string, CodeEntry>;
