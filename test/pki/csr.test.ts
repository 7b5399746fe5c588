import { execFileSync } from 'node:child_process';
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { toDer } from '../../pki/asn1.ts';
import { makeCaCsr, makeCsr, parseCsr } from '../../pki/csr.ts';
import { encodeName } from '../../pki/name.ts';

const spiffeId = 'spiffe://cluster.local/ns/shop/sa/cart';
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;

function tampered(): string {
  const body = makeCsr({ key: ec, spiffeId }).replaceAll(/-----[^-]+-----|\n/g, '');
  const der = Buffer.from(body, 'base64');
  der.write('evil', der.indexOf('shop'));
  return `-----BEGIN CERTIFICATE REQUEST-----\n${der.toString('base64')}\n-----END CERTIFICATE REQUEST-----\n`;
}

test.each([
  ['ECDSA', ec],
  ['RSA', rsa],
])('a request with an %s key is accepted by openssl and read back', (_, key) => {
  const pem = makeCsr({ key, spiffeId });
  const text = execFileSync('openssl', ['req', '-verify', '-noout', '-text'], {
    input: pem,
    encoding: 'utf8',
    stdio: 'pipe',
  });
  expect(text).toContain(`URI:${spiffeId}`);
  const { publicKey, uris } = parseCsr(pem);
  expect(uris).toEqual([spiffeId]);
  expect(publicKey.equals(createPublicKey(key))).toBe(true);
});

test('a request without a name asks for none', () => {
  expect(parseCsr(makeCsr({ key: ec })).uris).toEqual([]);
});

test('a request for an intermediate says so, and openssl reads its name', () => {
  const name = { commonName: 'Intermediate CA - weu-1', organization: 'Istio', locality: 'weu-1' };
  const pem = makeCaCsr({ key: ec, name });
  const input = { input: pem, encoding: 'utf8', stdio: 'pipe' } as const;
  const text = execFileSync('openssl', ['req', '-verify', '-noout', '-text', '-nameopt', 'RFC2253'], input);
  expect(text).toContain('Subject: CN=Intermediate CA - weu-1,L=weu-1,O=Istio');
  expect(text.replaceAll(/\s+/g, ' ')).toContain('Basic Constraints: critical CA:TRUE, pathlen:0');
  const { extensions, subject, publicKeyInfo } = parseCsr(pem);
  expect(extensions.map(({ type }) => type)).toEqual(['2.5.29.19', '2.5.29.15']);
  expect(subject).toEqual(toDer(encodeName(name)));
  expect(publicKeyInfo).toEqual(createPublicKey(ec).export({ type: 'spki', format: 'der' }));
});

test.each([
  ['text', 'hello'],
  ['garbage', '-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n'],
  ['a request changed after it was signed', tampered()],
])('%s is BAD_CSR', (_, pem) => {
  expect(() => parseCsr(pem)).toThrow(expect.objectContaining({ code: 'BAD_CSR' }));
});
