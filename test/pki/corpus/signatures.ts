import { constants, sign, type KeyObject } from 'node:crypto';
import { nothing, oid, sequence, smallInteger, tagged } from '../../../pki/asn1.ts';
import { below, root, setOf, type BadSet } from './bad-set.ts';
import { ecKey, make, rsaKey, type Made, type Signing } from './made.ts';

const rsaRoot = make({ name: 'Root', key: rsaKey(2048) });

/** By a hash, with an identifier of its own. */
function by(hash: string, identifier: string): Signing {
  return {
    algorithm: sequence(oid(identifier)),
    sign: (bytes: Buffer, key: KeyObject) => sign(hash, bytes, key),
  };
}

const sha1 = '1.3.14.3.2.26';
const sha256 = '2.16.840.1.101.3.4.2.1';
const sha512 = '2.16.840.1.101.3.4.2.3';

function byPss(hash: string, identifier: string, saltLength: number): Signing {
  const hashed = sequence(oid(identifier), nothing());
  const mask = sequence(oid('1.2.840.113549.1.1.8'), hashed);
  return {
    algorithm: sequence(
      oid('1.2.840.113549.1.1.10'),
      sequence(tagged(0, hashed), tagged(1, mask), tagged(2, smallInteger(saltLength))),
    ),
    sign: (bytes: Buffer, key: KeyObject) =>
      sign(hash, bytes, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength }),
  };
}

function signedBy(issuer: Made, signing: Signing): BadSet['files'] {
  return () => setOf(make({ name: 'Signer', issuer, pathLength: 0, signing }), issuer);
}

/** Signatures that openssl and node verify, and Go or Envoy may not. */
export const signatures: readonly BadSet[] = [
  {
    name: 'a signature by SHA-224 with RSA',
    code: 'SIGNATURE_WEAK',
    files: signedBy(rsaRoot, by('sha224', '1.2.840.113549.1.1.14')),
  },
  {
    name: 'a signature by SHA-224 with ECDSA',
    code: 'SIGNATURE_WEAK',
    files: signedBy(root, by('sha224', '1.2.840.10045.4.3.1')),
  },
  {
    name: 'a signature by SHA3-256 with RSA',
    code: 'SIGNATURE_WEAK',
    files: signedBy(rsaRoot, by('sha3-256', '2.16.840.1.101.3.4.3.14')),
  },
  {
    name: 'a signature by SHA3-256 with ECDSA',
    code: 'SIGNATURE_WEAK',
    files: signedBy(root, by('sha3-256', '2.16.840.1.101.3.4.3.10')),
  },
  {
    name: 'a signature by RIPEMD-160 with RSA',
    code: 'SIGNATURE_WEAK',
    files: signedBy(rsaRoot, by('ripemd160', '1.3.36.3.3.1.2')),
  },
  {
    name: 'a signature by RSA-PSS with SHA-1',
    code: 'SIGNATURE_WEAK',
    files: signedBy(rsaRoot, byPss('sha1', sha1, 20)),
  },
  {
    name: 'a signature by RSA-PSS with as much salt as there is room for',
    code: 'SIGNATURE_WEAK',
    files: signedBy(rsaRoot, byPss('sha256', sha256, 222)),
  },
  {
    name: 'a signature by RSA-PSS with SHA-256',
    code: undefined,
    files: signedBy(rsaRoot, byPss('sha256', sha256, 32)),
  },
  {
    name: 'a signature by RSA-PSS with SHA-512',
    code: undefined,
    files: signedBy(rsaRoot, byPss('sha512', sha512, 64)),
  },
  {
    name: 'a signature by SHA-512 with RSA',
    code: undefined,
    files: signedBy(rsaRoot, by('sha512', '1.2.840.113549.1.1.13')),
  },
  {
    name: 'a signature by SHA-384 with ECDSA',
    code: undefined,
    files: signedBy(root, by('sha384', '1.2.840.10045.4.3.3')),
  },
  {
    name: 'a root that signed itself by SHA-224',
    code: undefined,
    files: below({ key: ecKey(), signing: by('sha224', '1.2.840.10045.4.3.1') }),
  },
];
