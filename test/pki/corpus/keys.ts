import { but, otherSigner, root, setOf, signer, type BadSet } from './bad-set.ts';
import { rsaNumbers, withNumberChanged, withOtherScalar } from './damaged-key.ts';
import { make, rsaKey } from './made.ts';

const rsaSigner = make({ name: 'Signer', issuer: root, pathLength: 0, key: rsaKey(2048) });

/** Keys that are read as the certificate's, and are not, or not whole. */
export const keys: readonly BadSet[] = [
  {
    name: 'the scalar of another key beside the public half of this',
    code: 'KEY_MISMATCH',
    files: but({ key: withOtherScalar(signer.key, otherSigner.key) }),
  },
  {
    name: 'one bit of the scalar changed',
    code: 'KEY_MISMATCH',
    files: but({ key: withOtherScalar(signer.key) }),
  },
  ...rsaNumbers.map((number): BadSet => ({
    name: `one bit of an RSA key changed: ${number}`,
    code: 'KEY_MISMATCH',
    files: () => ({ ...setOf(rsaSigner, root), key: withNumberChanged(rsaSigner.key, number) }),
  })),
];
