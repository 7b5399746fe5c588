import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { judge } from '../../../activities/istiod/probe.ts';
import { issueLeaf, makeIntermediate, makeRoot } from '../../../pki/make.ts';

const rootA = makeRoot({ commonName: 'Root A' });
const rootB = makeRoot({ commonName: 'Root B' });
const a = makeIntermediate({ issuer: rootA, commonName: 'Intermediate A' });
const b = makeIntermediate({ issuer: rootB, commonName: 'Intermediate B' });
const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const leafOf = (issuer: typeof a) =>
  issueLeaf({ issuer, publicKey, spiffeId: 'spiffe://mesh/ns/x/sa/y', ttlMs: 900_000 });
const object = 'istiod istiod-0 of cluster west';

describe('the answer to a probe CSR', () => {
  test('names the signer, the chain and the bundle in order', () => {
    const leaf = leafOf(a);
    const bundle = rootA.cert.pem + rootB.cert.pem;
    const judged = judge([leaf.pem, a.cert.pem + rootA.cert.pem, bundle], object, new Date());
    expect(judged).toMatchObject({
      leafSerial: leaf.serial,
      signer: a.cert.fingerprint,
      chain: [a.cert.fingerprint, rootA.cert.fingerprint],
      roots: [rootA.cert.fingerprint, rootB.cert.fingerprint],
      broken: undefined,
    });
  });

  test('keeps a root that stands twice in the bundle', () => {
    const { roots } = judge([leafOf(a).pem, a.cert.pem, rootA.cert.pem.repeat(2)], object, new Date());
    expect(roots).toEqual([rootA.cert.fingerprint, rootA.cert.fingerprint]);
  });

  test('finds the signer in a chain that holds two generations', () => {
    const chain = b.cert.pem + rootB.cert.pem + a.cert.pem + rootA.cert.pem;
    const bundle = rootA.cert.pem + rootB.cert.pem;
    expect(judge([leafOf(a).pem, chain, bundle], object, new Date()).signer).toBe(a.cert.fingerprint);
  });

  test('shows a torn chain: the leaf is of one generation, the chain of another', () => {
    const judged = judge([leafOf(b).pem, a.cert.pem, rootA.cert.pem + rootB.cert.pem], object, new Date());
    expect(judged.signer).toBeUndefined();
    expect(judged.broken).toMatch(/leaf does not verify/);
  });

  test('is broken where the bundle lacks the root', () => {
    expect(judge([leafOf(b).pem, b.cert.pem, rootA.cert.pem], object, new Date()).signer).toBeUndefined();
  });

  test('is a problem where there is no bundle', () => {
    expect(() => judge([leafOf(a).pem], object, new Date())).toThrow(/no answer to a certificate request/);
  });
});
