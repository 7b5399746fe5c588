import { generateKeyPairSync } from 'node:crypto';
import { oid, sequence, tagged } from '../../../pki/asn1.ts';
import { encodeName } from '../../../pki/name.ts';
import {
  below,
  but,
  good,
  keyText,
  leaf,
  otherRoot,
  otherSigner,
  root,
  setOf,
  signedAs,
  signer,
  type BadSet,
} from './bad-set.ts';
import { extension, purposes } from './extension.ts';
import { day, ecKey, inDays, leafBelow, make, rsaKey } from './made.ts';

const ago = (days: number): Date => new Date(Date.now() - days * day);
const serverAuth = '1.3.6.1.5.5.7.3.1';
const clientAuth = '1.3.6.1.5.5.7.3.2';
const anyPurpose = '2.5.29.37.0';
const directory = extension(
  '2.5.29.30',
  true,
  sequence(tagged(0, sequence(tagged(4, encodeName({ organization: 'Istio' }))))),
);
const twoOfOne = [1, 2].map(() => extension('1.2.3.4', false, sequence(oid('1.2.3.4'))));

/** Certificates that are not what one of a CA of istiod has to be. */
export const certificates: readonly BadSet[] = [
  { name: 'a sound set', code: undefined, files: but({}) },
  { name: 'a root that signs by itself', code: undefined, files: () => setOf(root) },
  {
    name: 'RSA below RSA',
    code: undefined,
    files: () => {
      const above = make({ name: 'Root', key: rsaKey(2048) });
      return setOf(make({ name: 'Signer', issuer: above, key: rsaKey(2048) }), above);
    },
  },
  {
    name: 'the key of another certificate',
    code: 'KEY_MISMATCH',
    files: but({ key: keyText(otherSigner.key) }),
  },
  { name: 'the key of the root', code: 'KEY_MISMATCH', files: but({ key: keyText(root.key) }) },
  { name: 'a key of another kind', code: 'KEY_MISMATCH', files: but({ key: keyText(rsaKey(2048)) }) },
  {
    name: 'a leaf in place of a CA',
    code: 'NOT_A_CA',
    files: () => ({
      ...good,
      cert: leaf.pem,
      key: keyText(leaf.key),
      chain: leaf.pem + signer.pem,
      leaf: leafBelow(leaf).pem,
    }),
  },
  { name: 'a leaf among the roots', code: 'NOT_A_CA', files: but({ root: root.pem + leaf.pem }) },
  { name: 'a signer with CA:FALSE', code: 'NOT_A_CA', files: signedAs({ isCa: false }) },
  { name: 'a signer without basicConstraints', code: 'NOT_A_CA', files: signedAs({ isCa: 'unsaid' }) },
  { name: 'a signer of version 1', code: 'NOT_A_CA', files: signedAs({ version: 1 }) },
  { name: 'a root of version 1', code: 'NOT_A_CA', files: below({ version: 1 }) },
  { name: 'a signer whose keyUsage lacks keyCertSign', code: 'NOT_A_CA', files: signedAs({ usage: 0x02 }) },
  { name: 'a signer whose keyUsage is that of a leaf', code: 'NOT_A_CA', files: signedAs({ usage: 0xa0 }) },
  { name: 'a root whose keyUsage lacks keyCertSign', code: 'NOT_A_CA', files: below({ usage: 0x02 }) },
  { name: 'a CA without keyUsage', code: undefined, files: signedAs({ usage: false }) },
  { name: 'an expired signer', code: 'CERT_EXPIRED', files: signedAs({ from: ago(20), to: ago(1) }) },
  { name: 'an expired root', code: 'CERT_EXPIRED', files: below({ from: ago(20), to: ago(1) }) },
  {
    name: 'a signer that is not valid yet',
    code: 'CERT_NOT_YET_VALID',
    files: signedAs({ from: inDays(2) }),
  },
  { name: 'a root that is not valid yet', code: 'CERT_NOT_YET_VALID', files: below({ from: inDays(2) }) },
  { name: 'a signature by SHA-1 with RSA', code: 'SIGNATURE_WEAK', files: weaklySigned('sha1') },
  { name: 'a signature by MD5 with RSA', code: 'SIGNATURE_WEAK', files: weaklySigned('md5') },
  { name: 'a signature by SHA-1 with ECDSA', code: 'SIGNATURE_WEAK', files: signedAs({ hash: 'sha1' }) },
  { name: 'a root that signed itself by SHA-1', code: undefined, files: below({ hash: 'sha1' }) },
  { name: 'a signer of RSA 1024', code: 'KEY_NOT_SUPPORTED', files: signedAs({ key: rsaKey(1024) }) },
  { name: 'a root of RSA 1024', code: 'KEY_NOT_SUPPORTED', files: below({ key: rsaKey(1024) }) },
  { name: 'a signer of RSA 2047', code: 'KEY_NOT_SUPPORTED', files: signedAs({ key: rsaKey(2047) }) },
  { name: 'a signer on P-224', code: 'KEY_NOT_SUPPORTED', files: signedAs({ key: ecKey('secp224r1') }) },
  { name: 'a signer on secp256k1', code: 'KEY_NOT_SUPPORTED', files: signedAs({ key: ecKey('secp256k1') }) },
  {
    name: 'a signer of Ed25519',
    code: 'KEY_NOT_SUPPORTED',
    files: signedAs({ key: generateKeyPairSync('ed25519').privateKey }),
  },
  {
    name: 'a negative serial number',
    code: 'SERIAL_UNFIT',
    files: signedAs({ serial: Buffer.of(0x81, 0x02) }),
  },
  {
    name: 'a root with a negative serial number',
    code: 'SERIAL_UNFIT',
    files: below({ serial: Buffer.of(0x81, 0x02) }),
  },
  { name: 'the serial number zero', code: 'SERIAL_UNFIT', files: signedAs({ serial: Buffer.of(0) }) },
  {
    name: 'a serial number of 21 bytes',
    code: 'SERIAL_UNFIT',
    files: signedAs({ serial: Buffer.alloc(21, 0x11) }),
  },
  {
    name: 'a serial number of 20 bytes',
    code: undefined,
    files: signedAs({ serial: Buffer.alloc(20, 0x11) }),
  },
  {
    name: 'two signers with one serial number',
    code: 'SERIAL_REPEATED',
    files: () => {
      const serial = Buffer.alloc(16, 0x22);
      const [one, two] = [
        make({ name: 'One', issuer: root, serial }),
        make({ name: 'Two', issuer: root, serial }),
      ];
      return { ...setOf(one, root), chain: one.pem + two.pem };
    },
  },
  {
    name: 'a critical extension that nobody knows',
    code: 'EXTENSION_UNKNOWN',
    files: signedAs({ extensions: [extension('1.2.3.4', true, sequence())] }),
  },
  {
    name: 'a root with one',
    code: 'EXTENSION_UNKNOWN',
    files: below({ extensions: [extension('1.2.3.4', true, sequence())] }),
  },
  {
    name: 'constraints on names of directories',
    code: 'EXTENSION_UNKNOWN',
    files: signedAs({ extensions: [directory] }),
  },
  {
    name: 'an extension that nobody knows and nobody has to',
    code: undefined,
    files: signedAs({ extensions: [extension('1.2.3.4', false, sequence())] }),
  },
  { name: 'an extension twice', code: 'BAD_CERTIFICATE', files: signedAs({ extensions: twoOfOne }) },
  {
    name: 'a purpose that is not TLS',
    code: 'PURPOSE_UNFIT',
    files: signedAs({ extensions: [purposes('1.3.6.1.5.5.7.3.3')] }),
  },
  {
    name: 'the purpose of clients alone',
    code: 'PURPOSE_UNFIT',
    files: signedAs({ extensions: [purposes(clientAuth)] }),
  },
  {
    name: 'the purpose of servers alone',
    code: 'PURPOSE_UNFIT',
    files: signedAs({ extensions: [purposes(serverAuth)] }),
  },
  {
    name: 'both purposes of TLS',
    code: undefined,
    files: signedAs({ extensions: [purposes(serverAuth, clientAuth)] }),
  },
  {
    name: 'any purpose, and none of TLS',
    code: undefined,
    files: signedAs({ extensions: [purposes(anyPurpose)] }),
  },
  {
    name: 'a root with a purpose that is not TLS',
    code: 'PURPOSE_UNFIT',
    files: below({ extensions: [purposes('1.3.6.1.5.5.7.3.3')] }),
  },
  {
    name: 'a root with the purpose of clients alone',
    code: 'PURPOSE_UNFIT',
    files: below({ extensions: [purposes(clientAuth)] }),
  },
  {
    name: 'a root with the purpose of servers alone',
    code: 'PURPOSE_UNFIT',
    files: below({ extensions: [purposes(serverAuth)] }),
  },
  {
    name: 'a root with both purposes of TLS',
    code: undefined,
    files: below({ extensions: [purposes(serverAuth, clientAuth)] }),
  },
  {
    name: 'a root with any purpose',
    code: undefined,
    files: below({ extensions: [purposes(anyPurpose)] }),
  },
  {
    name: 'a root that another signed',
    code: 'ROOT_NOT_SELF_SIGNED',
    files: () => {
      const middle = make({ name: 'Middle', issuer: otherRoot });
      return setOf(make({ name: 'Signer', issuer: middle }), middle);
    },
  },
];

function weaklySigned(hash: 'sha1' | 'md5'): BadSet['files'] {
  return () => {
    const above = make({ name: 'Root', key: rsaKey(2048) });
    return setOf(make({ name: 'Signer', issuer: above, hash, pathLength: 0 }), above);
  };
}
