import { sign } from 'node:crypto';
import { nothing, oid, sequence, taggedBytes } from '../../../pki/asn1.ts';
import { keyPem, makeIntermediate, makeRoot, type Issuer } from '../../../pki/make.ts';
import type { Files } from '../../../sim/controllers/file-set.ts';
import type { ProblemCode } from '../../../problems/registry.ts';
import { withNumberChanged, withOtherScalar } from '../../pki/corpus/damaged-key.ts';
import { extension, nameConstraints, purposes } from '../../pki/corpus/extension.ts';
import {
  ecKey,
  inDays,
  issuerOf,
  leafBelow,
  make,
  rsaKey,
  type Asked,
  type Signing,
} from '../../pki/corpus/made.ts';

const kinds = ['ecdsa-p256', 'ecdsa-p384', 'rsa-2048'] as const;
const soundRoots = kinds.map((keyType) => ({
  keyType,
  root: makeRoot({ commonName: `Root of ${keyType}`, keyType }),
}));
const clientAuth = '1.3.6.1.5.5.7.3.2';
const serverAuth = '1.3.6.1.5.5.7.3.1';
const above = make({ name: 'Root of faulty ones' });
const rsaAbove = make({ name: 'Root of RSA', key: rsaKey(2048) });
const expired = make({ name: 'Expired root', from: inDays(-20), to: inDays(-1) });
const forClients = make({ name: 'Root for clients', extensions: [purposes(clientAuth)] });
const middle = make({ name: 'Middle', issuer: above, pathLength: 0 });
const forOthers = make({ name: 'Root of others' });

/** The bundle of them all, so that no set of these changes the roots: a running istiod takes or refuses it by the rest. */
const everyRoot = [
  ...soundRoots.map(({ root }) => root.cert.pem),
  ...[above, rsaAbove, expired, forClients].map(({ pem }) => pem),
].join('');

/** What `pki/` makes: a set a pair of kinds. */
export interface SoundSet {
  readonly name: string;
  readonly root: Issuer;
  readonly signer: Issuer;
  readonly files: Files;
}

const signerKinds = [...kinds, 'rsa-4096'] as const;

export const soundSets: readonly SoundSet[] = signerKinds.flatMap((keyType) =>
  soundRoots.map(({ root, keyType: rootKind }): SoundSet => {
    const name = `${keyType} below ${rootKind}`;
    const signer = makeIntermediate({ issuer: root, commonName: name, keyType });
    const chain = signer.cert.pem + root.cert.pem;
    return { name, root, signer, files: filesOf(signer.cert.pem, keyPem(signer.key), chain) };
  }),
);

/** A set that is told of here, and what istiod does with it while it runs. */
export interface FaultySet {
  readonly name: string;
  /** That it is below. */
  readonly root: string;
  /** The first that is told. */
  readonly code: ProblemCode;
  /** `loads`, or the words that it refuses it with. */
  readonly istiod: string;
  readonly files: Files;
}

function filesOf(cert: string, key: string, chain: string): Files {
  return { 'root-cert.pem': everyRoot, 'ca-cert.pem': cert, 'ca-key.pem': key, 'cert-chain.pem': chain };
}

/** A signer as it is asked for, under a name of its own, and what its files are then. */
function faulty(
  name: string,
  code: ProblemCode,
  istiod: string,
  o: { readonly asked?: Partial<Asked>; readonly files?: (signer: Issuer) => Files } = {},
): FaultySet {
  const made = make({ name, issuer: above, ...o.asked });
  const signer = issuerOf(made);
  const files = o.files?.(signer) ?? filesOf(made.pem, keyOf(signer), made.pem);
  const { issuer = above } = o.asked ?? {};
  const root = [middle, forOthers].includes(issuer) ? above : issuer;
  return { name, root: root.pem, code, istiod, files };
}

function keyOf({ key }: Issuer): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

const unverified = 'cannot verify the cert with the provided root chain and cert pool with error';
const locked = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' } as const;
const sha224WithRsa: Signing = {
  algorithm: sequence(oid('1.2.840.113549.1.1.14'), nothing()),
  sign: (bytes, key) => sign('sha224', bytes, key),
};
const parameters = '-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n';

/** What is claimed of istiod and of Go's verifier in the table of checks, a row each. */
export const faultySets: readonly FaultySet[] = [
  faulty('a chain without the certificate', 'CHAIN_LACKS_CERTIFICATE', 'loads', {
    files: (one) => filesOf(one.cert.pem, keyOf(one), above.pem),
  }),
  faulty('the key of another certificate', 'KEY_MISMATCH', 'the cert does not match the key', {
    files: (one) => filesOf(one.cert.pem, keyOf(issuerOf(above)), one.cert.pem),
  }),
  faulty('the scalar of another key', 'KEY_MISMATCH', 'the cert does not match the key', {
    files: (one) => filesOf(one.cert.pem, withOtherScalar(one.key, above.key), one.cert.pem),
  }),
  faulty('an RSA key that is damaged', 'KEY_MISMATCH', 'failed to parse private key PEM', {
    asked: { key: rsaKey(2048) },
    files: (one) => filesOf(one.cert.pem, withNumberChanged(one.key, 'd'), one.cert.pem),
  }),
  faulty('an expired signer', 'CERT_EXPIRED', `${unverified}: x509: certificate has expired`, {
    asked: { from: inDays(-20), to: inDays(-1) },
  }),
  faulty('a signer below an expired root', 'CERT_EXPIRED', unverified, { asked: { issuer: expired } }),
  faulty('a signer that is not valid yet', 'CERT_NOT_YET_VALID', unverified, { asked: { from: inDays(2) } }),
  faulty('a signer of a root that is not there', 'PATH_BROKEN', unverified, { asked: { issuer: forOthers } }),
  faulty('a signer with CA:FALSE', 'NOT_A_CA', 'loads', { asked: { isCa: false } }),
  faulty('a signer without keyCertSign', 'NOT_A_CA', 'loads', { asked: { usage: 0x02 } }),
  faulty('a leaf in place of a CA', 'NOT_A_CA', 'loads', {
    files: () => {
      const leaf = leafBelow(above);
      return filesOf(leaf.pem, keyOf(issuerOf(leaf)), leaf.pem);
    },
  }),
  faulty('a CA below one that allows none', 'PATH_LENGTH_EXCEEDED', 'loads', {
    asked: { issuer: middle },
    files: (one) => filesOf(one.cert.pem, keyOf(one), one.cert.pem + middle.pem),
  }),
  faulty('the identifier of another key', 'KEY_ID_MISMATCH', 'loads', {
    asked: { authority: Buffer.alloc(20, 0x33) },
  }),
  faulty('a signature by SHA-1', 'SIGNATURE_WEAK', unverified, { asked: { issuer: rsaAbove, hash: 'sha1' } }),
  faulty('a signature by SHA-224', 'SIGNATURE_WEAK', unverified, {
    asked: { issuer: rsaAbove, signing: sha224WithRsa },
  }),
  faulty(
    'a signer for clients alone',
    'PURPOSE_UNFIT',
    `${unverified}: x509: certificate specifies an incompatible key usage`,
    {
      asked: { extensions: [purposes(clientAuth)] },
    },
  ),
  faulty('a signer for servers alone', 'PURPOSE_UNFIT', 'loads', {
    asked: { extensions: [purposes(serverAuth)] },
  }),
  faulty('a signer below a root for clients alone', 'PURPOSE_UNFIT', unverified, {
    asked: { issuer: forClients },
  }),
  faulty(
    'a critical extension that nobody knows',
    'EXTENSION_UNKNOWN',
    `${unverified}: x509: unhandled critical extension`,
    {
      asked: { extensions: [extension('1.2.3.4', true, sequence())] },
    },
  ),
  faulty('a negative serial number', 'SERIAL_UNFIT', 'failed to parse cert PEM', {
    asked: { serial: Buffer.of(0x81, 0x02) },
  }),
  faulty('a name of DNS beyond ASCII', 'CERT_MALFORMED', 'failed to parse cert PEM', {
    asked: { extensions: [extension('2.5.29.17', false, sequence(taggedBytes(2, Buffer.of(0xe9))))] },
  }),
  faulty('a signer that must not name its own istiod', 'NAME_CONSTRAINED', 'loads', {
    asked: { extensions: [nameConstraints({ kind: 2, excluded: ['svc'] })] },
  }),
  faulty('two certificates in ca-cert', 'BAD_CERTIFICATE', 'loads', {
    files: (one) => filesOf(one.cert.pem + above.pem, keyOf(one), one.cert.pem),
  }),
  faulty('a form feed behind ca-cert', 'BAD_CERTIFICATE', 'failed to parse cert PEM', {
    files: (one) => filesOf(`${one.cert.pem.trimEnd()}\f\n`, keyOf(one), one.cert.pem),
  }),
  faulty('a byte order mark before ca-cert', 'NOT_PEM', 'failed to parse cert PEM', {
    files: (one) => filesOf(`\ufeff${one.cert.pem}`, keyOf(one), one.cert.pem),
  }),
  faulty('key and certificate swapped', 'KEY_AND_CERTIFICATE_SWAPPED', 'failed to parse cert PEM', {
    files: (one) => filesOf(keyOf(one), one.cert.pem, one.cert.pem),
  }),
  faulty('an encrypted key', 'KEY_ENCRYPTED', 'failed to parse private key PEM', {
    files: (one) => filesOf(one.cert.pem, one.key.export(locked).toString(), one.cert.pem),
  }),
  faulty('parameters before the key', 'BAD_KEY', 'failed to parse private key PEM', {
    files: (one) => filesOf(one.cert.pem, parameters + keyPem(one.key), one.cert.pem),
  }),
  faulty('PKCS#8 in a block EC PRIVATE KEY', 'BAD_KEY', 'failed to parse private key PEM', {
    files: (one) => filesOf(one.cert.pem, keyOf(one).replaceAll('PRIVATE', 'EC PRIVATE'), one.cert.pem),
  }),
  faulty('two keys', 'KEYS_MANY', 'loads', {
    files: (one) => filesOf(one.cert.pem, keyOf(one) + keyOf(issuerOf(above)), one.cert.pem),
  }),
  faulty('a key among what is handed out', 'KEY_AMONG_CERTIFICATES', 'loads', {
    files: (one) => filesOf(one.cert.pem, keyOf(one), one.cert.pem + keyPem(ecKey())),
  }),
];
