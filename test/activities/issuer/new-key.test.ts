import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { expect, it } from 'vitest';
import { newKeyType } from '../../../activities/issuer/new-key.ts';
import { toDer } from '../../../pki/asn1.ts';
import { fromDerBytes, type Certificate } from '../../../pki/certificate.ts';
import { makeRoot } from '../../../pki/make.ts';
import { encodeName } from '../../../pki/name.ts';
import { intermediateFields } from '../../../pki/profiles.ts';
import { algorithmOf, signed } from '../../../pki/sign.ts';
import { publicKeyInfo, tbsOf } from '../../../pki/tbs.ts';

const root = makeRoot({ commonName: 'Root A' });

function withKey({ publicKey }: { publicKey: KeyObject }): Certificate {
  const subject = toDer(encodeName({ commonName: 'Intermediate' }));
  const fields = intermediateFields({ subject, publicKey: publicKeyInfo(publicKey), issuer: root.cert });
  return fromDerBytes(signed(tbsOf(fields, algorithmOf(root.key)), root.key));
}

const ec = (namedCurve: string) => withKey(generateKeyPairSync('ec', { namedCurve }));
const rsa = (modulusLength: number) => withKey(generateKeyPairSync('rsa', { modulusLength }));

it.each([
  ['EC P-256', 'ecdsa-p256', () => ec('P-256')],
  ['EC P-384', 'ecdsa-p384', () => ec('P-384')],
  ['EC P-521', 'ecdsa-p384', () => ec('P-521')],
  ['RSA 1024', 'rsa-2048', () => rsa(1024)],
  ['RSA 2048', 'rsa-2048', () => rsa(2048)],
  ['RSA 2560', 'rsa-3072', () => rsa(2560)],
  ['RSA 4608', 'rsa-4096', () => rsa(4608)],
])('a new key after %s is %s', (_, type, now) => {
  expect(newKeyType('aks-1', now())).toBe(type);
});

it('is ECDSA on P-256 where it is not known what was before', () => {
  expect(newKeyType('aks-1', undefined)).toBe('ecdsa-p256');
});

it.each([
  ['Ed25519', () => withKey(generateKeyPairSync('ed25519'))],
  ['EC secp256k1', () => ec('secp256k1')],
])('there is none after %s', (found, now) => {
  expect(() => newKeyType('aks-1', now())).toThrow(
    expect.objectContaining({
      code: 'KEY_NOT_SUPPORTED',
      details: expect.objectContaining({ found }) as object,
    }) as Error,
  );
});
