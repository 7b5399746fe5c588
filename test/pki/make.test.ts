import { execFileSync } from 'node:child_process';
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { issueLeaf, keyPem, makeIntermediate, makeRoot, type KeyType } from '../../pki/make.ts';

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'meshturn-pki-'))));
afterAll(() => rmSync(folder, { recursive: true }));

function openssl(...argv: string[]): string {
  return execFileSync('openssl', argv, { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
}

describe.each<[KeyType, KeyType]>([
  ['ec', 'ec'],
  ['rsa', 'rsa'],
  ['rsa', 'ec'],
])('a root of %s and an intermediate of %s', (rootType, signerType) => {
  const root = makeRoot({ commonName: 'Root A', organization: 'Istio', keyType: rootType });
  const signer = makeIntermediate({ issuer: root, commonName: 'Intermediate A', keyType: signerType });
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
  const spiffeId = 'spiffe://cluster.local/ns/shop/sa/cart';
  const leaf = issueLeaf({
    issuer: signer,
    publicKey,
    spiffeId,
    dnsNames: ['istiod.svc'],
    ttlMs: 86_400_000,
  });

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

  test('openssl reads the profile', () => {
    writeFileSync(join(folder, 'text.pem'), leaf.pem);
    const text = openssl('x509', '-in', 'text.pem', '-noout', '-text').replaceAll(/\s+/g, ' ');
    expect(text).toContain(`X509v3 Subject Alternative Name: critical URI:${spiffeId}, DNS:istiod.svc`);
    expect(text).toContain('TLS Web Server Authentication, TLS Web Client Authentication');
    expect(text).toContain('X509v3 Basic Constraints: critical CA:FALSE');
    expect(text).toContain('X509v3 Key Usage: critical Digital Signature, Key Encipherment');
    writeFileSync(join(folder, 'text.pem'), signer.cert.pem);
    const ca = openssl('x509', '-in', 'text.pem', '-noout', '-text').replaceAll(/\s+/g, ' ');
    expect(ca).toContain('X509v3 Basic Constraints: critical CA:TRUE, pathlen:0');
    expect(ca).toContain('X509v3 Key Usage: critical Certificate Sign, CRL Sign');
  });

  test('the key is in the form that istiod reads', () => {
    const pem = keyPem(signer.key);
    expect(pem.split('\n')[0]).toBe(`-----BEGIN ${signerType.toUpperCase()} PRIVATE KEY-----`);
    expect(signer.cert.x509.checkPrivateKey(createPrivateKey(pem))).toBe(true);
  });
});

test('serial numbers are positive, of 128 bits, and all different', () => {
  const serials = Array.from({ length: 20 }, () => makeRoot({ commonName: 'A' }).cert.serial);
  expect(new Set(serials).size).toBe(20);
  for (const serial of serials) expect(serial).toMatch(/^[4-7][0-9a-f]{31}$/);
});

test('an end in 2050 or later is told right', () => {
  const now = new Date('2049-06-01T00:00:00Z');
  const { cert } = makeRoot({ commonName: 'A', now, days: 365 });
  expect(cert.notBefore.toISOString()).toBe('2049-05-31T23:58:00.000Z');
  expect(cert.notAfter.toISOString()).toBe('2050-06-01T00:00:00.000Z');
});

test('the validity of what is issued stays within the issuer’s', () => {
  const root = makeRoot({ commonName: 'A', days: 10 });
  const { cert } = makeIntermediate({ issuer: root, commonName: 'a', days: 100 });
  expect(cert.notAfter).toEqual(root.cert.notAfter);
  expect(cert.notBefore.getTime()).toBeGreaterThanOrEqual(root.cert.notBefore.getTime());
});
