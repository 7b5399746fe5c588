import { execFileSync } from 'node:child_process';
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeKey, type KeyType } from '../../pki/key-types.ts';
import { issueLeaf, keyPem, makeIntermediate, makeRoot } from '../../pki/make.ts';

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'meshturn-pki-'))));
afterAll(() => rmSync(folder, { recursive: true }));

function openssl(...argv: string[]): string {
  return execFileSync('openssl', argv, { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
}

/** Of root, intermediate and leaf: each key kind signs and is signed for, by its own kind and by others. */
const mixes: readonly (readonly [KeyType, KeyType, KeyType])[] = [
  ['ecdsa-p256', 'ecdsa-p256', 'ecdsa-p256'],
  ['ecdsa-p384', 'ecdsa-p384', 'rsa-2048'],
  ['rsa-2048', 'rsa-2048', 'ecdsa-p384'],
  ['rsa-4096', 'rsa-3072', 'rsa-2048'],
  ['rsa-3072', 'ecdsa-p384', 'ecdsa-p256'],
  ['ecdsa-p384', 'rsa-4096', 'ecdsa-p256'],
  ['rsa-2048', 'ecdsa-p256', 'ecdsa-p256'],
];
const signatures = {
  'ecdsa-p256': 'ecdsa-with-SHA256',
  'ecdsa-p384': 'ecdsa-with-SHA384',
  'rsa-2048': 'sha256WithRSAEncryption',
  'rsa-3072': 'sha256WithRSAEncryption',
  'rsa-4096': 'sha256WithRSAEncryption',
} as const satisfies Record<KeyType, string>;

describe.each(mixes)(
  'a root of %s, an intermediate of %s and a leaf of %s',
  (rootType, signerType, leafType) => {
    const root = makeRoot({ commonName: 'Root A', organization: 'Istio', keyType: rootType });
    const signer = makeIntermediate({ issuer: root, commonName: 'Intermediate A', keyType: signerType });
    const spiffeId = 'spiffe://cluster.local/ns/shop/sa/cart';
    const leaf = issueLeaf({
      issuer: signer,
      publicKey: createPublicKey(makeKey(leafType)),
      spiffeId,
      dnsNames: ['istiod.svc'],
      ttlMs: 86_400_000,
    });
    const textOf = ({ pem }: { readonly pem: string }): string => {
      writeFileSync(join(folder, 'text.pem'), pem);
      return openssl('x509', '-in', 'text.pem', '-noout', '-text').replaceAll(/\s+/g, ' ');
    };

    test('openssl verifies the path strictly', () => {
      writeFileSync(join(folder, 'root.pem'), root.cert.pem);
      writeFileSync(join(folder, 'chain.pem'), signer.cert.pem);
      writeFileSync(join(folder, 'leaf.pem'), leaf.pem);
      const verified = openssl(
        'verify',
        '-x509_strict',
        '-CAfile',
        'root.pem',
        '-untrusted',
        'chain.pem',
        'leaf.pem',
      );
      expect(verified).toContain('leaf.pem: OK');
    });

    test('openssl reads the profile, and a hash that fits the key that signed', () => {
      const text = textOf(leaf);
      expect(text).toContain(`Signature Algorithm: ${signatures[signerType]}`);
      expect(text).toContain(`X509v3 Subject Alternative Name: critical URI:${spiffeId}, DNS:istiod.svc`);
      expect(text).toContain('TLS Web Server Authentication, TLS Web Client Authentication');
      expect(text).toContain('X509v3 Basic Constraints: critical CA:FALSE');
      expect(text).toContain('X509v3 Key Usage: critical Digital Signature, Key Encipherment');
      const ca = textOf(signer.cert);
      expect(ca).toContain(`Signature Algorithm: ${signatures[rootType]}`);
      expect(ca).toContain('X509v3 Basic Constraints: critical CA:TRUE, pathlen:0');
      expect(ca).toContain('X509v3 Key Usage: critical Certificate Sign, CRL Sign');
      const keyIdOf = (kind: string, of: string): string | undefined =>
        new RegExp(`X509v3 ${kind} Key Identifier: (?:keyid:)?([0-9A-F:]{59})`).exec(of)?.[1];
      expect(keyIdOf('Authority', ca)).toBe(keyIdOf('Subject', textOf(root.cert)));
      expect(keyIdOf('Authority', text)).toBe(keyIdOf('Subject', ca));
      expect(keyIdOf('Subject', ca)).toBeDefined();
    });

    test('the key is in the form that istiod reads, alone, and openssl finds it sound', () => {
      const pem = keyPem(signer.key);
      const kind = signerType.startsWith('rsa') ? 'RSA' : 'EC';
      expect(pem.match(/-----BEGIN [^-]*-----/g)).toEqual([`-----BEGIN ${kind} PRIVATE KEY-----`]);
      expect(signer.cert.x509.checkPrivateKey(createPrivateKey(pem))).toBe(true);
      const checked = execFileSync('openssl', ['pkey', '-check', '-pubout'], {
        input: pem,
        encoding: 'utf8',
      });
      expect(checked).toContain(signer.cert.x509.publicKey.export({ type: 'spki', format: 'pem' }));
    });
  },
);

test('serial numbers are positive, of 128 bits, and all different', () => {
  const serials = Array.from({ length: 20 }, () => makeRoot({ commonName: 'A' }).cert.serial);
  expect(new Set(serials).size).toBe(20);
  for (const serial of serials) expect(serial).toMatch(/^[4-7][0-9a-f]{31}$/);
});

test.each([
  ['2049-12-31T23:59:59Z', '170d3439313233313233353935395a'],
  ['2050-01-01T00:00:00Z', '180f32303530303130313030303030305a'],
])('an end at %s is encoded as RFC 5280 has it', (end, encoded) => {
  const now = new Date(new Date(end).getTime() - 365 * 86_400_000);
  const { cert } = makeRoot({ commonName: 'A', now, days: 365 });
  expect(cert.notAfter.toISOString()).toBe(new Date(end).toISOString());
  expect(cert.der.toString('hex')).toContain(encoded);
});

test.each([
  ['1949-12-31T23:59:59Z', '180f31393439313233313233353935395a'],
  ['1950-01-01T00:00:00Z', '170d3530303130313030303030305a'],
])('a beginning at %s is encoded as RFC 5280 has it', (begin, encoded) => {
  const now = new Date('2026-11-20T12:00:00Z');
  const { cert } = makeRoot({ commonName: 'A', now, backdateMs: now.getTime() - Date.parse(begin) });
  expect(cert.notBefore.toISOString()).toBe(new Date(begin).toISOString());
  expect(cert.der.toString('hex')).toContain(encoded);
});

test('the beginning is backdated by two minutes, or by as much as is told', () => {
  const now = new Date('2026-11-20T12:00:00Z');
  const root = makeRoot({ commonName: 'A', now, backdateMs: 3_600_000 });
  expect(root.cert.notBefore.toISOString()).toBe('2026-11-20T11:00:00.000Z');
  const { cert } = makeIntermediate({ issuer: root, commonName: 'a', now });
  expect(cert.notBefore.toISOString()).toBe('2026-11-20T11:58:00.000Z');
});

test('the validity of what is issued stays within the issuer’s', () => {
  const root = makeRoot({ commonName: 'A', days: 10 });
  const { cert } = makeIntermediate({ issuer: root, commonName: 'a', days: 100 });
  expect(cert.notAfter).toEqual(root.cert.notAfter);
  expect(cert.notBefore.getTime()).toBeGreaterThanOrEqual(root.cert.notBefore.getTime());
});
