import { createPublicKey } from 'node:crypto';
import { expect, test } from 'vitest';
import { Problem } from '../../problems/problem.ts';
import { checkCaSet, keyMatches, type CaSet } from '../../pki/ca-set.ts';
import { issueLeaf, keyPem, makeIntermediate, makeRoot } from '../../pki/make.ts';

const day = 86_400_000;
const now = new Date();
const root = makeRoot({ commonName: 'Root A' });
const other = makeRoot({ commonName: 'Root B' });
const a = makeIntermediate({ issuer: root, commonName: 'Intermediate A', days: 30 });
const b = makeIntermediate({ issuer: other, commonName: 'Intermediate B' });
const leaf = issueLeaf({ issuer: a, publicKey: createPublicKey(b.key), ttlMs: day });
const good: CaSet = { root: root.cert.pem, cert: a.cert.pem, key: keyPem(a.key), chain: a.cert.pem };

function codeOf(set: Partial<CaSet>, at = now): string {
  try {
    checkCaSet({ ...good, ...set }, { object: 'vault kv-a', at });
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const report = JSON.stringify(error.report()) + String(error.stack);
    for (const line of keyPem(a.key).split('\n').slice(1, -2)) expect(report).not.toContain(line);
    return error.code;
  }
  return 'none';
}

test('a set that istiod can sign with gives its facts', () => {
  const facts = checkCaSet({ ...good, root: root.cert.pem + other.cert.pem }, { object: 'set', at: now });
  expect(facts.roots.map(({ subject }) => subject)).toEqual(['CN=Root A', 'CN=Root B']);
  expect(facts.signer.subject).toBe('CN=Intermediate A');
  expect(facts.path.map(({ subject }) => subject)).toEqual(['CN=Intermediate A', 'CN=Root A']);
});

test('a chain of both generations is accepted', () => {
  expect(codeOf({ chain: b.cert.pem + a.cert.pem })).toBe('none');
});

test('a CA in use is taken as it is: anchored on an intermediate, its bundle with comments, a key or an END too many', () => {
  expect(codeOf({ root: a.cert.pem, cert: a.cert.pem })).toBe('none');
  expect(codeOf({ root: `0 s:CN=Root A\n${root.cert.pem}` })).toBe('none');
  expect(codeOf({ root: `\ufeff# roots\n${root.cert.pem}` })).toBe('none');
  expect(codeOf({ root: root.cert.pem + keyPem(root.key) })).toBe('none');
  expect(codeOf({ root: `-----END CERTIFICATE-----\n${root.cert.pem}` })).toBe('none');
});

test('a root that signs by itself needs no chain', () => {
  expect(codeOf({ cert: root.cert.pem, key: keyPem(root.key), chain: '' })).toBe('none');
});

test.each<[string, Partial<CaSet>]>([
  ['BAD_CERTIFICATE', { root: 'garbage' }],
  ['BAD_CERTIFICATE', { cert: '' }],
  ['CHAIN_LACKS_CERTIFICATE', { chain: keyPem(a.key) }],
  ['BAD_KEY', { key: keyPem(a.key).replace('BEGIN EC', 'BEGIN') }],
  ['KEY_MISMATCH', { key: keyPem(b.key) }],
  ['NOT_A_CA', { root: root.cert.pem + leaf.pem }],
  ['CHAIN_LACKS_CERTIFICATE', { cert: b.cert.pem, key: keyPem(b.key), root: root.cert.pem + other.cert.pem }],
  ['CHAIN_LACKS_CERTIFICATE', { chain: '' }],
  ['PATH_BROKEN', { root: other.cert.pem }],
])('%s: %o', (code, set) => {
  expect(codeOf(set)).toBe(code);
});

test('an expired certificate and one that is not valid yet are told apart', () => {
  expect(codeOf({}, new Date(now.getTime() + 31 * day))).toBe('CERT_EXPIRED');
  expect(codeOf({}, new Date(now.getTime() - day))).toBe('CERT_NOT_YET_VALID');
});

test('an expired root besides the path does no harm', () => {
  const old = makeRoot({ commonName: 'Old', days: 1, now: new Date(now.getTime() - 9 * day) });
  expect(codeOf({ root: old.cert.pem + root.cert.pem })).toBe('none');
});

test('keys are matched with certificates', () => {
  expect(keyMatches(a.cert, keyPem(a.key))).toBe(true);
  expect(keyMatches(a.cert, keyPem(b.key))).toBe(false);
  expect(() => keyMatches(a.cert, 'no key')).toThrow(expect.objectContaining({ code: 'BAD_KEY' }));
});
