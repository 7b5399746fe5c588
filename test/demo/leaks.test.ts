import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { keyPem, makeRoot } from '../../pki/make.ts';
import { LeakFinder } from './leaks.ts';

const { cert, key } = makeRoot({ commonName: 'Root A' });
const pem = keyPem(key);
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const token = '0123456789abcdefghijklmnopqrstuv';
const finder = new LeakFinder([
  { name: 'cert', text: cert.pem },
  { name: 'key', text: pem },
  { name: 'rsa', text: String(rsa.export({ type: 'pkcs1', format: 'pem' })) },
  { name: 'token', text: `${token}\n` },
]);
const found = (text: string): readonly string[] =>
  finder.leaksIn([{ where: 'log', text }]).map(({ what }) => what);

const der = (one: typeof key, type: 'pkcs8'): Buffer => one.export({ type, format: 'der' });
const body = (text: string): string => text.split('\n').slice(1, -2).join('');

const open = new LeakFinder([{ name: 'key', text: pem }], 'open');

describe('a leak is found', () => {
  it.each([
    ['as PEM', pem],
    ['as PEM within JSON', JSON.stringify({ pem })],
    ['as one line of PEM', `x ${cert.pem.split('\n')[3] ?? ''} y`],
    ['as forty characters of the body', body(cert.pem).slice(101, 141)],
    ['as base64url', der(key, 'pkcs8').toString('base64url')],
    ['as the data of a Kubernetes Secret', Buffer.from(pem).toString('base64')],
    ['as part of other data in base64', Buffer.from(`{"a":"${pem}"}`).toString('base64')],
    ['as PKCS#8', der(key, 'pkcs8').toString('base64')],
    ['as hex', der(key, 'pkcs8').toString('hex')],
    ['as hex in capitals with colons', (cert.der.toString('hex').match(/../g) ?? []).join(':').toUpperCase()],
    ['as the bytes of a Buffer', JSON.stringify(cert.der)],
    ['as a JSON Web Key', JSON.stringify(createPrivateKey(pem).export({ format: 'jwk' }))],
    ['as a token', `Bearer ${token}`],
    ['of another RSA key', der(rsa, 'pkcs8').toString('base64')],
  ])('%s', (_, text) => {
    expect(found(text)).not.toEqual([]);
  });

  it('of keys and certificates that nobody told the finder of', () => {
    const strange = makeRoot({ commonName: 'Root X' });
    expect(found(strange.cert.der.toString('base64'))).toContain('a certificate or an RSA key as base64');
    expect(found(strange.cert.der.toString('hex'))).toContain('DER as hex');
    expect(found(body(keyPem(strange.key)))).toContain('an elliptic curve key as base64');
  });

  it.each([
    ['as PEM', keyPem(makeRoot({ commonName: 'Root X' }).key)],
    [
      'as base64 of PEM',
      Buffer.from(`x${keyPem(makeRoot({ commonName: 'Root X' }).key)}`).toString('base64'),
    ],
    ['as hex', der(makeRoot({ commonName: 'Root X' }).key, 'pkcs8').toString('hex')],
    ['as a JSON Web Key', JSON.stringify(makeRoot({ commonName: 'Root X' }).key.export({ format: 'jwk' }))],
  ])('of a strange key %s, where certificates may lie open', (_, text) => {
    expect(open.leaksIn([{ where: 'history', text }])).not.toEqual([]);
  });

  it('of a key that is known by a part of it, where certificates may lie open', () => {
    const texts = [body(pem).slice(8, 50), der(key, 'pkcs8').subarray(37, 67).toString('hex')];
    for (const text of texts) {
      expect(open.leaksIn([{ where: 'history', text }])).toContainEqual(
        expect.objectContaining({ what: expect.stringContaining('EC PRIVATE KEY of key') as string }),
      );
    }
  });

  it('and named without being shown', () => {
    const leaks = finder.leaksIn([{ where: 'log', text: body(pem).slice(20, 64) }]);
    expect(leaks).toEqual([{ where: 'log', what: 'EC PRIVATE KEY of key' }]);
  });
});

describe('no leak is', () => {
  it('a certificate where they lie open', () => {
    const texts = [cert.pem, cert.der.toString('base64'), cert.der.toString('hex')];
    expect(open.leaksIn(texts.map((text) => ({ where: 'history', text })))).toEqual([]);
  });

  it.each([
    ['a fingerprint', cert.fingerprint],
    ['a serial number', cert.serial],
    ['a subject', cert.subject],
    ['a path', '/etc/cacerts/ca-key.pem, of aks-weu-1'],
    ['a secret version', 'https://localhost:1/secrets/ca-key/fa9fc1e6e4a2800fbd719a39829c5646'],
  ])('%s', (_, text) => {
    expect(found(text)).toEqual([]);
  });
});
