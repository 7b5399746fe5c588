import { createPublicKey, generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto';
import { fromDer, integer, sequence, smallInteger, tagged, time, type Node } from './asn1.ts';
import { fromDerBytes, type Certificate } from './certificate.ts';
import {
  authorityKeyIdentifier,
  basicConstraints,
  extensionsField,
  keyIdentifier,
  keyUsage,
  serverAndClient,
  subjectAltName,
  subjectKeyIdentifier,
} from './extensions.ts';
import { encodeName, type NameParts } from './name.ts';
import { bitContent, children, isTagged } from './read-asn1.ts';
import { signatureAlgorithm, signed } from './sign.ts';

/** A CA certificate and its private key; never leaves the scope it is made or read in. */
export interface Issuer {
  readonly cert: Certificate;
  readonly key: KeyObject;
}

export type KeyType = 'ec' | 'rsa';

const minute = 60_000;
const day = 24 * 60 * minute;

/** Clocks of peers may run behind by this much; istiod backdates what it issues by the same. */
const backdate = 2 * minute;

/** A self-signed root, valid from two minutes ago for `days` (ten years). ECDSA P-256 unless told. */
export function makeRoot(options: {
  readonly commonName?: string;
  readonly organization?: string;
  readonly days?: number;
  readonly now?: Date;
  readonly keyType?: KeyType;
}): Issuer {
  const { days = 3650, now = new Date(), keyType = 'ec' } = options;
  const key = makeKey(keyType);
  const subject = encodeName(options);
  const publicKey = publicKeyInfo(key);
  const der = issue({
    subject,
    publicKey,
    issuer: { name: subject, key, keyId: keyIdOf(publicKey) },
    notBefore: new Date(now.getTime() - backdate),
    notAfter: new Date(now.getTime() + days * day),
    extensions: [basicConstraints(true), keyUsage(true), subjectKeyIdentifier(keyIdOf(publicKey))],
  });
  return { cert: fromDerBytes(der), key };
}

/** An intermediate that may sign leaves and no further CA; its validity is cut to its issuer's. */
export function makeIntermediate(
  options: {
    readonly issuer: Issuer;
    readonly days?: number;
    readonly now?: Date;
    readonly keyType?: KeyType;
  } & NameParts & { readonly commonName: string },
): Issuer {
  const { issuer, days = 730, now = new Date(), keyType = 'ec' } = options;
  const key = makeKey(keyType);
  const publicKey = publicKeyInfo(key);
  const der = issue({
    subject: encodeName(options),
    publicKey,
    issuer: signerOf(issuer),
    ...within(issuer.cert, now.getTime() - backdate, now.getTime() + days * day),
    extensions: [basicConstraints(true, 0), keyUsage(true), subjectKeyIdentifier(keyIdOf(publicKey))],
  });
  return { cert: fromDerBytes(der), key };
}

/** A workload's certificate as istiod issues it: empty subject, critical SPIFFE ID, server and client. */
export function issueLeaf(options: {
  readonly issuer: Issuer;
  readonly publicKey: KeyObject;
  readonly spiffeId?: string;
  readonly dnsNames?: readonly string[];
  readonly ttlMs: number;
  readonly now?: Date;
  readonly backdateMs?: number;
}): Certificate {
  const { issuer, spiffeId, dnsNames = [], ttlMs, now = new Date(), backdateMs = backdate } = options;
  const der = issue({
    subject: encodeName({}),
    publicKey: publicKeyInfo(options.publicKey),
    issuer: signerOf(issuer),
    ...within(issuer.cert, now.getTime() - backdateMs, now.getTime() + ttlMs),
    extensions: [
      keyUsage(false),
      serverAndClient(),
      basicConstraints(false),
      subjectAltName({ uris: spiffeId === undefined ? [] : [spiffeId], dnsNames }, true),
    ],
  });
  return fromDerBytes(der);
}

/** The PEM forms that istiod reads: SEC 1 for ECDSA, PKCS#1 for RSA. The caller must not let it out. */
export function keyPem(key: KeyObject): string {
  const type = key.asymmetricKeyType === 'rsa' ? 'pkcs1' : 'sec1';
  return key.export({ type, format: 'pem' }).toString();
}

function makeKey(type: KeyType): KeyObject {
  const pair =
    type === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return pair.privateKey;
}

function issue(o: {
  readonly subject: Node;
  readonly publicKey: Node;
  readonly issuer: { readonly name: Node; readonly key: KeyObject; readonly keyId: Buffer | undefined };
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly extensions: readonly Node[];
}): Buffer {
  const version3 = tagged(0, smallInteger(2));
  const authority = o.issuer.keyId === undefined ? [] : [authorityKeyIdentifier(o.issuer.keyId)];
  const tbs = sequence(
    version3,
    integer(randomSerial()),
    signatureAlgorithm(o.issuer.key),
    o.issuer.name,
    sequence(time(o.notBefore), time(o.notAfter)),
    o.subject,
    o.publicKey,
    extensionsField([...o.extensions, ...authority]),
  );
  return signed(tbs, o.issuer.key);
}

/** 128 bits, positive, and never shorter than 16 bytes. */
function randomSerial(): Buffer {
  const serial = randomBytes(16);
  serial.writeUInt8((serial.readUInt8(0) & 0x7f) | 0x40, 0);
  return serial;
}

/** The issuer's name is taken from its certificate byte for byte: verifiers compare it so. */
function signerOf({ cert, key }: Issuer): { name: Node; key: KeyObject; keyId: Buffer | undefined } {
  const fields = children(children(fromDer(cert.der))[0]);
  const name = fields[isTagged(fields[0], 0) ? 5 : 4];
  if (name === undefined) throw new Error('expected a subject in the issuer');
  return { name, key, keyId: cert.subjectKeyId };
}

function within(issuer: Certificate, from: number, to: number): { notBefore: Date; notAfter: Date } {
  return {
    notBefore: new Date(Math.max(from, issuer.notBefore.getTime())),
    notAfter: new Date(Math.min(to, issuer.notAfter.getTime())),
  };
}

function publicKeyInfo(key: KeyObject): Node {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  return fromDer(publicKey.export({ type: 'spki', format: 'der' }));
}

function keyIdOf(publicKey: Node): Buffer {
  return keyIdentifier(bitContent(children(publicKey)[1]));
}
