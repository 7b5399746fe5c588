import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { certificateKey, privateKeyFacts } from '../../pki/key-facts.ts';
import { keyPem, makeIntermediate, makeRoot } from '../../pki/make.ts';
import { recognise } from '../../pki/recognise.ts';

const root = makeRoot({ commonName: 'Root A' });
const rsa = makeRoot({ commonName: 'Root R', keyType: 'rsa-2048' });
const { cert } = root;
const key = keyPem(root.key);
const folder = mkdtempSync(join(tmpdir(), 'meshturn-recognise-'));
const openssl = (...words: string[]): Buffer =>
  execFileSync('openssl', words, { cwd: folder, stdio: 'pipe' });
writeFileSync(join(folder, 'cert.pem'), cert.pem);
writeFileSync(join(folder, 'key.pem'), key);

const of = (bytes: Buffer | string) => recognise(Buffer.from(bytes), 'the file');
const told = (bytes: Buffer | string) =>
  of(bytes).findings.map(({ code, details }) => [code, details.found].filter(Boolean).join(': '));

const asPkcs12 = () =>
  openssl('pkcs12', '-export', '-in', 'cert.pem', '-inkey', 'key.pem', '-passout', 'pass:secret');
const encrypted = () => openssl('pkey', '-in', 'key.pem', '-aes256', '-passout', 'pass:secret');
const csr = () => openssl('req', '-new', '-key', 'key.pem', '-subj', '/CN=a');
const asPkcs7 = (form: string) => openssl('crl2pkcs7', '-nocrl', '-certfile', 'cert.pem', '-outform', form);
const explained = () => openssl('x509', '-in', 'cert.pem', '-text');

type Row = readonly [name: string, make: () => Buffer | string, findings: readonly string[]];
const cutOff = 'BAD_CERTIFICATE: a block that is cut off';

describe('what a file holds', () => {
  it('is told of plain PEM without a word more', () => {
    const { cert: below } = makeIntermediate({ issuer: root, commonName: 'a' });
    const seen = of(below.pem + cert.pem);
    expect(seen.certificates.map(({ fingerprint }) => fingerprint)).toEqual([
      below.fingerprint,
      cert.fingerprint,
    ]);
    expect(seen.findings).toEqual([]);
  });

  it('is told of a key by its kind and its public half alone', () => {
    expect(of(key)).toMatchObject({ keys: [certificateKey(cert)], certificates: [], findings: [] });
    expect(privateKeyFacts(key)?.kind).toBe('EC P-256');
    expect(privateKeyFacts(keyPem(rsa.key))).toEqual(certificateKey(rsa.cert));
    expect(privateKeyFacts(keyPem(rsa.key))?.kind).toBe('RSA 2048');
  });

  it.each<Row>([
    ['nothing', () => ' \n', ['NO_CERTIFICATE: nothing: it is empty']],
    ['words', () => 'TODO: put it here\n', ['NO_CERTIFICATE: text']],
    ['noise', () => Buffer.from([0, 1, 2, 3, 255]), ['NO_CERTIFICATE: binary data']],
    ['a request', csr, ['NO_CERTIFICATE: a block CERTIFICATE REQUEST']],
    ['PKCS#12', asPkcs12, ['NOT_PEM: a PKCS#12 container, which opens with its password only']],
    ['PKCS#7', () => asPkcs7('DER'), ['NOT_PEM: a PKCS#7 container']],
    ['PKCS#7 in PEM', () => asPkcs7('PEM'), ['NO_CERTIFICATE: a block PKCS7']],
    ['a keystore', () => Buffer.from('feedfeed00000002', 'hex'), ['NOT_PEM: a Java keystore']],
    ['a key with a password', encrypted, ['KEY_ENCRYPTED']],
    ['a spoilt key', () => key.replace(/\n[A-Za-z0-9+/]{10}/, '\n'), ['BAD_KEY']],
    ['half a file', () => cert.pem.slice(0, 200), [cutOff]],
    [
      'a spoilt block',
      () => cert.pem.replace(/M/g, 'A'),
      ['BAD_CERTIFICATE: a block that is no certificate'],
    ],
  ])('is described where no certificate can be shown: %s', (_, make, findings) => {
    expect(told(make())).toEqual(findings);
    expect(of(make()).certificates).toEqual([]);
  });

  it.each<Row>([
    ['DER', () => cert.der, ['NOT_PEM: a certificate in DER form']],
    ['base64 of PEM', () => Buffer.from(cert.pem).toString('base64'), ['NOT_PEM: base64 of PEM']],
    ['base64 of DER', () => cert.der.toString('base64'), ['NOT_PEM: base64 without its BEGIN and END lines']],
    ['UTF-16', () => Buffer.from(`\ufeff${cert.pem}`, 'utf16le'), ['NOT_PEM: PEM in UTF-16']],
    ['a byte order mark', () => `\ufeff${cert.pem}`, ['NOT_PEM: PEM behind a byte order mark']],
    ['text around', explained, ['TEXT_AROUND_PEM']],
    ['CRLF', () => cert.pem.replaceAll('\n', '\r\n'), ['CRLF_IN_PEM']],
    ['a key beside it', () => cert.pem + key, ['KEY_AMONG_CERTIFICATES']],
    ['a second one that is cut off', () => cert.pem + cert.pem.slice(0, 200), [cutOff]],
  ])('is shown all the same where it is odd: %s', (_, make, findings) => {
    expect(told(make())).toEqual(findings);
    expect(of(make()).certificates.map(({ fingerprint }) => fingerprint)).toContain(cert.fingerprint);
  });

  it('quotes nothing, and throws at nothing, whatever the bytes are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (noise, before) => {
        const parts = before
          ? [Buffer.from(noise), Buffer.from(key)]
          : [Buffer.from(key), Buffer.from(noise)];
        const { findings, keys } = of(Buffer.concat(parts));
        const said = JSON.stringify([keys, findings.map((one) => [one.message, one.hint])]);
        for (const line of key.split('\n').slice(1, 3)) expect(said).not.toContain(line);
      }),
    );
  });
});
