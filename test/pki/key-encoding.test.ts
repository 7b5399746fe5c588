import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { expect, test } from 'vitest';
import { oddOfKey } from '../../pki/key-encoding.ts';
import { keyTypes, makeKey } from '../../pki/key-types.ts';
import { publicKeyInfo } from '../../pki/tbs.ts';

const odd = (key: KeyObject) => oddOfKey(key, publicKeyInfo(key));

/** A public key of any size and exponent, which need not be that of a private one. */
function rsa(bits: number, exponent: bigint): KeyObject {
  const bytes = (value: bigint) => {
    const digits = value.toString(16);
    return Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex').toString(
      'base64url',
    );
  };
  const key = { kty: 'RSA', n: bytes(2n ** BigInt(bits) - 1n), e: bytes(exponent) };
  return createPublicKey({ format: 'jwk', key });
}

test.each(keyTypes)('nothing is odd of a key of %s', (type) => {
  expect(odd(makeKey(type))).toBeUndefined();
});

test.each([
  [2048, 3n, undefined],
  [8192, 2n ** 31n - 1n, undefined],
  [8200, 65537n, 'RSA 8200'],
  [2048, 2n ** 31n + 1n, 'RSA with the exponent 2147483649'],
  [2048, 65536n, 'RSA with the exponent 65536'],
  [2048, 1n, 'RSA with the exponent 1'],
])('of an RSA key of %i bits with the exponent %s it says %s', (bits, exponent, said) => {
  expect(odd(rsa(bits, exponent))).toBe(said);
});

test('explicit parameters of a curve are odd', () => {
  const explicit = { namedCurve: 'P-256', paramEncoding: 'explicit' } as const;
  const { publicKey } = generateKeyPairSync('ec', explicit);
  expect(odd(publicKey)).toBe('EC with explicit parameters of its curve');
});
