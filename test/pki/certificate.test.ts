import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseBundle } from '../../pki/bundle.ts';
import { certFacts, parseCertificate } from '../../pki/certificate.ts';
import { makeIntermediate, makeRoot } from '../../pki/make.ts';
import { captured } from './fixtures.ts';

test('names, serials and times are told as istiod 1.30.3 printed them of the same certificate', () => {
  const log = readFileSync(new URL('../fixtures/istiod-1.30.3/activate.log', import.meta.url), 'utf8');
  const intermediate = parseBundle(captured('S2').chain, 'S2')[1];
  expect(intermediate?.subject).toBe('CN=Intermediate B,O=Istio');
  expect(intermediate?.issuer).toBe('CN=Root B,O=Test');
  expect(log).toContain(`Subject: "CN=Intermediate B,O=Istio", SN: ${intermediate?.serial ?? 'none'},`);
});

test('a workload leaf has an empty subject and a SPIFFE ID', () => {
  const leaf = parseBundle(captured('S0').chain, 'S0')[0];
  expect(leaf?.subject).toBe('');
  expect(leaf?.isCa).toBe(false);
  expect(leaf?.sans).toEqual(['spiffe://cluster.local/ns/default/sa/app']);
});

test('names are printed in the order of Go, with its escapes', () => {
  const issuer = makeRoot({ commonName: 'Root, "A" + B ', organization: '#1' });
  const { cert } = makeIntermediate({
    issuer,
    commonName: 'a',
    organization: 'Istio',
    locality: 'cluster-1',
  });
  expect(cert.subject).toBe('CN=a,L=cluster-1,O=Istio');
  expect(cert.issuer).toBe('CN=Root\\, \\"A\\" \\+ B\\ ,O=\\#1');
});

test('the bytes read are the bytes kept', () => {
  const { pem } = makeRoot({ commonName: 'A' }).cert;
  const odd = pem.trimEnd().replaceAll('\n', '\r\n');
  expect(parseCertificate(`bag attributes\n${odd}\r\n\r\n`, 'x').pem).toBe(`${odd}\n`);
});

test('facts are plain data', () => {
  const { cert } = makeRoot({ commonName: 'A', now: new Date('2026-11-21T12:00:00Z'), days: 1 });
  expect(certFacts(cert)).toEqual({
    fingerprint: cert.x509.fingerprint256.replaceAll(':', '').toLowerCase(),
    subject: 'CN=A',
    issuer: 'CN=A',
    serial: cert.serial,
    notBefore: '2026-11-21T11:58:00.000Z',
    notAfter: '2026-11-22T12:00:00.000Z',
  });
});

test.each([
  ['nothing', ''],
  ['text', 'garbage\n'],
  ['a block that is cut off', '-----BEGIN CERTIFICATE-----\nMIIB\n'],
  ['a block of garbage', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'],
  ['two certificates', makeRoot({ commonName: 'A' }).cert.pem.repeat(2)],
])('%s is BAD_CERTIFICATE, and the error names the object', (_, pem) => {
  const read = () => parseCertificate(pem, 'secret ca-cert');
  expect(read).toThrow(expect.objectContaining({ code: 'BAD_CERTIFICATE' }));
  expect(read).toThrow(/^secret ca-cert: /);
});
