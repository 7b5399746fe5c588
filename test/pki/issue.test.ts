import { createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toDer } from '../../pki/asn1.ts';
import { intermediateName, rootName } from '../../pki/generation.ts';
import { issueIntermediate, issueRoot } from '../../pki/issue.ts';
import { generateKey, keyTypes, makeKey } from '../../pki/key-types.ts';
import { encodeName } from '../../pki/name.ts';
import { verifyPath } from '../../pki/path.ts';
import { algorithmOf, localSigner, type Signer } from '../../pki/sign.ts';
import { publicKeyInfo } from '../../pki/tbs.ts';

const day = 86_400_000;
const at = new Date('2026-11-20T12:00:00Z');
const rootKey = makeKey('ecdsa-p384');
const unitKey = makeKey('ecdsa-p256');
const subject = toDer(encodeName({ commonName: 'a' }));
const asked = { subject, publicKey: publicKeyInfo(unitKey) };
const newRoot = (o: { days?: number; backdateMs?: number; signer?: Signer } = {}) =>
  issueRoot({ signer: localSigner(rootKey), name: { commonName: 'A' }, now: at, ...o });

/** A key that answers over a wire, a while later. */
function remote(key: KeyObject, answer: (bytes: Buffer) => Buffer): Signer {
  const signing = (bytes: Buffer) =>
    new Promise<Buffer>((resolve) => setImmediate(() => resolve(answer(bytes))));
  return { publicKey: createPublicKey(key), algorithm: algorithmOf(key), sign: signing };
}

test.each(keyTypes)('a signer of %s makes a root and what is below it', async (type) => {
  const signer = localSigner(await generateKey(type));
  const root = await newRoot({ signer });
  const leaf = await issueIntermediate({ issuer: { cert: root, signer }, ...asked, now: at });
  expect(verifyPath({ leaf, presented: [], roots: [root], at }).ok).toBe(true);
  expect(leaf.subject).toBe('CN=a');
  expect(leaf.x509.checkPrivateKey(unitKey)).toBe(true);
});

test('a key that is elsewhere signs as well as one that is here', async () => {
  const signer = remote(rootKey, (bytes) => sign('sha384', bytes, rootKey));
  const root = await newRoot({ signer });
  const leaf = await issueIntermediate({ issuer: { cert: root, signer }, ...asked, now: at });
  expect(verifyPath({ leaf, presented: [], roots: [root], at }).ok).toBe(true);
});

test.each<[string, (bytes: Buffer) => Buffer]>([
  ['r and s one after the other', (b) => sign('sha384', b, { key: rootKey, dsaEncoding: 'ieee-p1363' })],
  ['a signature with another hash', (b) => sign('sha256', b, rootKey)],
  ['a signature of another key', (b) => sign('sha384', b, makeKey('ecdsa-p384'))],
  ['a signature of other bytes', () => sign('sha384', Buffer.from('other'), rootKey)],
  ['nothing', () => Buffer.alloc(0)],
])('nothing is made of a signer’s answer that is %s', async (_, answer) => {
  await expect(newRoot({ signer: remote(rootKey, answer) })).rejects.toMatchObject({
    code: 'SIGNATURE_WRONG',
  });
});

test.each([
  ['CERT_NOT_YET_VALID', { backdateMs: -60_000 }],
  ['CERT_EXPIRED', { days: 0 }],
])('a root that is not valid now is %s, and is not given out', async (code, validity) => {
  await expect(newRoot(validity)).rejects.toMatchObject({ code });
});

test('what a signer throws is not hidden', async () => {
  const refused = new Error('403');
  const signer = { ...localSigner(rootKey), sign: () => Promise.reject(refused) };
  await expect(newRoot({ signer })).rejects.toBe(refused);
});

test('a CA signs with no other key than its own', async () => {
  const issuer = { cert: await newRoot(), signer: localSigner(makeKey('ecdsa-p384')) };
  await expect(issueIntermediate({ issuer, ...asked })).rejects.toMatchObject({ code: 'KEY_MISMATCH' });
});

test('nothing is valid longer than its issuer, and nothing is made below one that has ended', async () => {
  const issuer = { cert: await newRoot({ days: 10 }), signer: localSigner(rootKey) };
  const cut = await issueIntermediate({ issuer, ...asked, now: at, days: 100 });
  expect(cut.notAfter).toEqual(issuer.cert.notAfter);
  const now = new Date(at.getTime() + 11 * day);
  await expect(issueIntermediate({ issuer, ...asked, now })).rejects.toMatchObject({ code: 'CERT_EXPIRED' });
});

test.each([
  ['Ed25519', generateKeyPairSync('ed25519').privateKey],
  ['EC P-521', generateKeyPairSync('ec', { namedCurve: 'P-521' }).privateKey],
  ['RSA 1024', generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey],
])('a key of %s does not sign', (found, key) => {
  expect(() => localSigner(key)).toThrow(expect.objectContaining({ code: 'KEY_NOT_SUPPORTED' }));
  expect(() => localSigner(key)).toThrow(`found ${found})`);
});

test('a unit’s intermediates of two keys have two names, and of one key the same', () => {
  const keys = Array.from({ length: 5 }, () => publicKeyInfo(makeKey('ecdsa-p256')));
  const unit = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
  fc.assert(
    fc.property(unit, (name) => {
      const names = keys.map((publicKey) =>
        intermediateName({ unit: name, publicKey, organization: 'Istio' }),
      );
      expect(new Set(names.map(({ commonName }) => commonName)).size).toBe(keys.length);
      expect(names.every(({ locality }) => locality === name)).toBe(true);
      // X.520 allows no more, and strict readers refuse it.
      expect(names.every(({ commonName = '' }) => commonName.length <= 64)).toBe(true);
    }),
  );
});

test('the generation is the beginning of the key identifier that certificates show', async () => {
  const publicKey = publicKeyInfo(rootKey);
  const { commonName } = rootName({ commonName: undefined, publicKey, organization: 'Istio' });
  const { subjectKeyId } = await newRoot();
  expect(commonName).toBe(`Root ${subjectKeyId?.toString('hex').slice(0, 8)}`);
  const own = rootName({ commonName: 'Root B', publicKey, organization: 'Istio' });
  expect(own).toEqual({ commonName: 'Root B', organization: 'Istio' });
});
