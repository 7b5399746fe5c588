import { createPrivateKey, type KeyObject } from 'node:crypto';
import { below, but, keyText, otherSigner, root, setOf, signer, type BadSet, type Files } from './bad-set.ts';
import { rsaNumbers, withNumberChanged, withOtherScalar } from './damaged-key.ts';
import { make, pemOf, rsaKey } from './made.ts';
import { openssl } from './openssl.ts';

const rsaSigner = make({ name: 'Signer', issuer: root, pathLength: 0, key: rsaKey(2048) });

const point = (...form: readonly string[]): KeyObject =>
  createPrivateKey(openssl(['ec', '-in', 'IN', ...form], keyText(signer.key)));
const compressed = point('-conv_form', 'compressed');
const spelledOut = point('-param_enc', 'explicit');
const pkcs8 = signer.key.export({ type: 'pkcs8', format: 'der' });
const rsaPkcs1 = rsaSigner.key.export({ type: 'pkcs1', format: 'der' });
const behind = Buffer.from('0500', 'hex');

function withKey(key: KeyObject): Files {
  return setOf(make({ name: 'Signer', issuer: root, pathLength: 0, key }), root);
}

function withExponent(e: string): () => Files {
  const asked = ['-pkeyopt', 'rsa_keygen_bits:2048', '-pkeyopt', `rsa_keygen_pubexp:${e}`];
  return () => withKey(createPrivateKey(openssl(['genpkey', '-algorithm', 'RSA', ...asked], '')));
}

/** Keys that openssl reads as the certificate's, and that are not, or not whole, or not in a form that Go reads. */
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
  {
    name: 'PKCS#8 in a block EC PRIVATE KEY',
    code: 'BAD_KEY',
    files: but({ key: pemOf(pkcs8, 'EC PRIVATE KEY') }),
  },
  {
    name: 'PKCS#8 in a block RSA PRIVATE KEY',
    code: 'BAD_KEY',
    files: () => ({
      ...setOf(rsaSigner, root),
      key: pemOf(rsaSigner.key.export({ type: 'pkcs8', format: 'der' }), 'RSA PRIVATE KEY'),
    }),
  },
  {
    name: 'bytes behind a key in PKCS#1 form',
    code: 'BAD_KEY',
    files: () => ({
      ...setOf(rsaSigner, root),
      key: pemOf(Buffer.concat([rsaPkcs1, behind]), 'RSA PRIVATE KEY'),
    }),
  },
  {
    name: 'bytes behind a key in PKCS#8 form',
    code: undefined,
    files: but({ key: pemOf(Buffer.concat([pkcs8, behind]), 'PRIVATE KEY') }),
  },
  {
    name: 'a key with its curve spelled out',
    code: 'BAD_KEY',
    files: but({ key: keyText(spelledOut, 'sec1') }),
  },
  {
    name: 'a key with its curve spelled out in PKCS#8 form',
    code: 'BAD_KEY',
    files: but({ key: keyText(spelledOut) }),
  },
  {
    name: 'a key with a compressed point',
    code: undefined,
    files: but({ key: keyText(compressed, 'sec1') }),
  },
  {
    name: 'a certificate with a compressed point',
    code: 'KEY_NOT_SUPPORTED',
    files: () => withKey(compressed),
  },
  {
    name: 'a certificate with its curve spelled out',
    code: 'KEY_NOT_SUPPORTED',
    files: () => ({ ...withKey(spelledOut), key: keyText(signer.key) }),
  },
  {
    name: 'a root with a compressed point',
    code: 'KEY_NOT_SUPPORTED',
    files: below({ key: compressed }),
  },
  { name: 'RSA with the exponent 3', code: undefined, files: withExponent('3') },
  {
    name: 'RSA with an exponent of more than 31 bits',
    code: 'KEY_NOT_SUPPORTED',
    files: withExponent('4294967297'),
  },
];
