import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { oid, sequence, sequenceOf, setOf, smallInteger, tagged, toDer, type Node } from '../../pki/asn1.ts';
import { readCaRequests, verifyDistinct } from '../../pki/ca-request.ts';
import { makeCaCsr, makeCsr } from '../../pki/csr.ts';
import { basicConstraints, keyUsage } from '../../pki/extensions.ts';
import { makeKey } from '../../pki/key-types.ts';
import { keyPem } from '../../pki/make.ts';
import { encodeName } from '../../pki/name.ts';
import { oids } from '../../pki/oids.ts';
import { signed } from '../../pki/sign.ts';
import { publicKeyInfo } from '../../pki/tbs.ts';
import { extension } from './corpus/extension.ts';
import { pemOf } from './corpus/made.ts';

const key = makeKey('ecdsa-p256');
const of = (locality: string | undefined, by = key) =>
  makeCaCsr({ key: by, name: { commonName: 'Intermediate CA', locality, organization: 'Istio' } });

const folder = mkdtempSync(join(tmpdir(), 'meshturn-request-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A request as somebody makes it with openssl. */
function byOpenssl(subject: string, ...more: string[]): string {
  return requestOf(key, subject, more);
}

function requestOf(of: KeyObject, subject: string, more: readonly string[] = []): string {
  const file = join(folder, 'key.pem');
  writeFileSync(file, keyPem(of), { mode: 0o600 });
  return signedRequest(file, subject, more);
}

function signedRequest(file: string, subject = '/CN=a/L=aks-weu-1', more: readonly string[] = []): string {
  return execFileSync('openssl', ['req', '-new', '-key', file, '-subj', subject, ...more], {
    encoding: 'utf8',
    stdio: 'pipe',
  });
}

test('a text of several requests is read in its order', () => {
  const read = readCaRequests(`# from neu\n${of('aks-neu-1')}\n${of('aks-weu-1')}`, 'requests.pem');
  expect(read.map(({ unit }) => unit)).toEqual(['aks-neu-1', 'aks-weu-1']);
  expect(read[0]?.name).toBe('CN=Intermediate CA,L=aks-neu-1,O=Istio');
});

test('a request that openssl made is read, whether it asks for a CA or for nothing', () => {
  const subject = '/CN=Mesh CA/L=aks-weu-1';
  const asking = (...extensions: string[]) =>
    byOpenssl(subject, ...extensions.flatMap((one) => ['-addext', one]));
  const whole = ['basicConstraints=critical,CA:TRUE,pathlen:0', 'keyUsage=keyCertSign,cRLSign'];
  for (const pem of [
    asking(),
    asking('basicConstraints=critical,CA:TRUE'),
    asking(...whole, 'subjectKeyIdentifier=hash'),
  ])
    expect(readCaRequests(pem, 'x').map(({ unit }) => unit)).toEqual(['aks-weu-1']);
});

const [first, second, third] = [
  of('aks-1'),
  of('aks-2', makeKey('ecdsa-p256')),
  of('aks-3', makeKey('ecdsa-p256')),
];

test.each([
  ['without its END line', second.replace(/-----END.*\n/, '')],
  ['without its BEGIN line', second.replace(/-----BEGIN.*\n/, '')],
  ['whose BEGIN line lacks a dash', second.slice(1)],
  ['whose label lacks a letter', second.replace('BEGIN CERTIFICATE', 'BEGIN CERTIFICAT')],
  ['whose END line shares the line of the next', second.trimEnd()],
  ['with a dash among its base64', second.replace(/\n(?=M)/, '\n-')],
  ['that has lost a line', second.replace(/\n.{64}\n/, '\n')],
])('a text is refused as a whole for a request %s', (_, damaged) => {
  expect(readCaRequests(first + second + third, 'x')).toHaveLength(3);
  expect(() => readCaRequests(first + damaged + third, 'requests.pem')).toThrow(
    expect.objectContaining({ code: 'BAD_CSR' }),
  );
});

/** A request with an attribute for each list of extensions. */
function asking(...attributes: (readonly Node[])[]): string {
  return requesting(encodeName({ locality: 'aks-weu-1' }), ...attributes);
}

function requesting(subject: Node, ...attributes: (readonly Node[])[]): string {
  const info = sequenceOf(
    toDer(smallInteger(0)),
    toDer(subject),
    publicKeyInfo(key),
    toDer(
      tagged(0, ...attributes.map((one) => sequence(oid(oids.extensionRequest), setOf(sequence(...one))))),
    ),
  );
  return pemOf(signed(info, key), 'CERTIFICATE REQUEST');
}

const name = '/CN=a/L=aks-weu-1';
const { privateKey: weak } = generateKeyPairSync('rsa', { modulusLength: 1024 });

test.each([
  ['without a name', makeCsr({ key }), 'REQUEST_REFUSED', 'an empty one'],
  ['whose name erases a line', of('aks-1\x1b[2K\r'), 'REQUEST_REFUSED', 'L=aks-1\\1b[2K\\0d'],
  ['without an L', of(undefined), 'REQUEST_REFUSED', 'CN=Intermediate CA,O=Istio'],
  ['with two', byOpenssl('/CN=a/L=aks-1/L=aks-2'), 'REQUEST_REFUSED', 'L=aks-1+L=aks-2'],
  ['that leads out of the folder', of('../../etc'), 'REQUEST_REFUSED', '../../etc'],
  [
    'for a leaf',
    byOpenssl(name, '-addext', 'subjectAltName=URI:spiffe://a/b'),
    'REQUEST_REFUSED',
    '2.5.29.17',
  ],
  ['for no CA', byOpenssl(name, '-addext', 'basicConstraints=CA:FALSE'), 'REQUEST_REFUSED', 'CA:FALSE'],
  [
    'for CAs below it',
    byOpenssl(name, '-addext', 'basicConstraints=critical,CA:TRUE,pathlen:3'),
    'REQUEST_REFUSED',
    'another pathlen',
  ],
  [
    'for a key that signs no certificates',
    byOpenssl(name, '-addext', 'keyUsage=digitalSignature'),
    'REQUEST_REFUSED',
    'another keyUsage',
  ],
  [
    'for a key that signs more than certificates',
    byOpenssl(name, '-addext', 'keyUsage=digitalSignature,keyCertSign,cRLSign'),
    'REQUEST_REFUSED',
    'another keyUsage',
  ],
  [
    'that asks in a second attribute',
    asking([basicConstraints(true, 0)], [extension('2.5.29.54', false, smallInteger(0))]),
    'REQUEST_REFUSED',
    '2.5.29.54',
  ],
  ['that asks for one thing twice', asking([keyUsage(true)], [keyUsage(true)]), 'BAD_CSR', 'no request'],
  [
    'whose subject is no name',
    requesting(sequence(setOf(sequence(oid(oids.commonName), sequence())))),
    'BAD_CSR',
    'no name',
  ],
  ['that is a certificate', of('aks-1').replaceAll(' REQUEST', ''), 'BAD_CSR', 'without a PEM block'],
])('a request %s is refused', (_, pem, code, found) => {
  const read = () => readCaRequests(pem, 'aks-1/ca-cert.csr');
  expect(read).toThrow(expect.objectContaining({ code }));
  expect(read).toThrow(found);
  expect(read).toThrow('aks-1/ca-cert.csr');
});

test('a request of a weak key is refused', () => {
  const pem = requestOf(weak, name);
  expect(() => readCaRequests(pem, 'x')).toThrow(expect.objectContaining({ code: 'KEY_NOT_SUPPORTED' }));
});

test.each([
  ['a compressed point', ['-conv_form', 'compressed']],
  ['explicit parameters', ['-param_enc', 'explicit']],
])('a request whose key has %s, which Go does not read, is refused', (odd, form) => {
  const file = join(folder, 'odd.pem');
  writeFileSync(file, keyPem(key), { mode: 0o600 });
  execFileSync('openssl', ['ec', '-in', file, ...form, '-out', file], { stdio: 'pipe' });
  const read = () => readCaRequests(signedRequest(file), 'x');
  expect(read).toThrow(expect.objectContaining({ code: 'KEY_NOT_SUPPORTED' }));
  expect(read).toThrow(odd);
});

test('two requests of one unit, or of one key, are refused', () => {
  const [other] = readCaRequests(of('aks-neu-1', makeKey('ecdsa-p256')), 'x');
  const [one, twice] = readCaRequests(of('aks-weu-1') + of('aks-weu-1', makeKey('ecdsa-p256')), 'x');
  const [sameKey] = readCaRequests(of('aks-eus-1'), 'x');
  if (!other || !one || !twice || !sameKey) throw new Error('expected four requests');
  expect(() => verifyDistinct([one, other])).not.toThrow();
  expect(() => verifyDistinct([one, other, twice])).toThrow('another of aks-weu-1');
  expect(() => verifyDistinct([one, other, sameKey])).toThrow('the key of aks-weu-1');
});
