import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { parseBundle } from '../../pki/bundle.ts';
import { issueLeaf, makeIntermediate, makeRoot } from '../../pki/make.ts';
import { verifyPath, type PathResult } from '../../pki/path.ts';
import { captured } from './fixtures.ts';

const a = makeRoot({ commonName: 'Root A', organization: 'Test' });
const b = makeRoot({ commonName: 'Root B', organization: 'Test' });
const signer = makeIntermediate({ issuer: a, commonName: 'Intermediate A', organization: 'Istio' });
const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const leaf = issueLeaf({ issuer: signer, publicKey, spiffeId: 'spiffe://td/ns/n/sa/s', ttlMs: 3_600_000 });
const now = new Date();

function judge(name: string) {
  const { chain, roots } = captured(name);
  const [first, ...presented] = parseBundle(chain, name);
  if (first === undefined) throw new Error('expected a leaf in the fixture');
  const at = new Date(first.notBefore.getTime() + 1000);
  return verifyPath({ leaf: first, presented, roots: parseBundle(roots, name), at });
}

function whyNot(result: PathResult): string {
  return result.ok ? 'there is a path' : result.reason;
}

test.each([
  ['S0', 'A'],
  ['S1', 'A'],
  ['S2', 'B'],
  ['S3', 'B'],
])('a proxy captured in %s presents a path to root %s', (name, root) => {
  expect(judge(name)).toMatchObject({
    ok: true,
    path: [
      { subject: '' },
      { subject: `CN=Intermediate ${root},O=Istio` },
      { subject: `CN=Root ${root},O=Test` },
    ],
  });
});

test('a leaf whose issuer the chain lacks has no path, whatever the names say', () => {
  expect(whyNot(judge('torn-chain'))).toMatch(/signed by none .*"CN=Intermediate B,O=Istio"/);
});

test('an intermediate of the same name and another key does not count', () => {
  const twin = makeIntermediate({ issuer: a, commonName: 'Intermediate A', organization: 'Istio' });
  const result = verifyPath({ leaf, presented: [twin.cert], roots: [a.cert], at: now });
  expect(result.ok).toBe(false);
  expect(verifyPath({ leaf, presented: [twin.cert, signer.cert], roots: [a.cert], at: now }).ok).toBe(true);
});

test('a root that is presented and not trusted ends no path', () => {
  const result = verifyPath({ leaf, presented: [signer.cert, a.cert], roots: [b.cert], at: now });
  expect(whyNot(result)).toContain('Root A');
});

test('outside the validity of the leaf, or of its issuer, there is no path', () => {
  const late = new Date(now.getTime() + 2 * 3_600_000);
  const old = makeIntermediate({ issuer: a, commonName: 'Old', days: 1 });
  const under = issueLeaf({ issuer: old, publicKey, ttlMs: 10 ** 9 });
  const at = (instant: Date, one = leaf) =>
    verifyPath({ leaf: one, presented: [signer.cert, old.cert], roots: [a.cert], at: instant });
  expect(whyNot(at(late))).toContain('expired at');
  expect(whyNot(at(new Date(0)))).toContain('is not valid before');
  expect(at(now, under).ok).toBe(true);
  expect(under.notAfter).toEqual(old.cert.notAfter);
});

test('a CA below an intermediate that allows none has no path', () => {
  const below = makeIntermediate({ issuer: signer, commonName: 'Too deep' });
  const result = verifyPath({ leaf: below.cert, presented: [signer.cert], roots: [a.cert], at: now });
  expect(whyNot(result)).toContain('allows 0 CAs below it');
});

test('a leaf signed by another leaf has no path', () => {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const middle = issueLeaf({ issuer: signer, publicKey: pair.publicKey, ttlMs: 3_600_000 });
  const end = issueLeaf({ issuer: { cert: middle, key: pair.privateKey }, publicKey, ttlMs: 60_000 });
  expect(verifyPath({ leaf: end, presented: [middle, signer.cert], roots: [a.cert], at: now }).ok).toBe(
    false,
  );
});
