import { createHash, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import {
  bits,
  fromDer,
  integer,
  nothing,
  oid,
  sequence,
  smallInteger,
  tagged,
  time,
  toDer,
  type Node,
} from '../../../pki/asn1.ts';
import { parseCertificate } from '../../../pki/certificate.ts';
import {
  authorityKeyIdentifier,
  basicConstraints,
  extensionsField,
  subjectAltName,
  subjectKeyIdentifier,
} from '../../../pki/extensions.ts';
import type { Issuer } from '../../../pki/make.ts';
import { encodeName } from '../../../pki/name.ts';
import { bitContent, children } from '../../../pki/read-asn1.ts';
import { extension } from './extension.ts';

export const day = 86_400_000;

export const inDays = (days: number): Date => new Date(Date.now() + days * day);

/** A certificate that no check has looked at, and its key. */
export interface Made {
  readonly der: Buffer;
  readonly pem: string;
  readonly key: KeyObject;
  readonly name: Node;
  readonly keyId: Buffer;
}

/** How a certificate is signed, where it is not by an algorithm that suits its key. */
export interface Signing {
  readonly algorithm: Node;
  readonly sign: (bytes: Buffer, key: KeyObject) => Buffer;
}

/** What is asked for; left out, as a CA for istiod has it. `false` leaves an extension out. */
export interface Asked {
  readonly name: string;
  /** In place of a name of CN alone. */
  readonly subject?: Node;
  /** In place of `from` and `to`. */
  readonly times?: readonly [Node, Node];
  readonly issuer?: Made;
  readonly key?: KeyObject;
  readonly serial?: Buffer;
  readonly hash?: 'sha256' | 'sha1' | 'md5';
  /** In place of `hash`. */
  readonly signing?: Signing;
  readonly from?: Date;
  readonly to?: Date;
  /** Of X.509: 1 has no extensions. */
  readonly version?: 1 | 2 | 3 | 4;
  readonly isCa?: boolean | 'unsaid';
  readonly pathLength?: number;
  /** The first byte of keyUsage. */
  readonly usage?: number | false;
  readonly keyId?: Buffer;
  readonly authority?: Buffer | false;
  readonly extensions?: readonly Node[];
}

export function ecKey(namedCurve = 'P-256'): KeyObject {
  return generateKeyPairSync('ec', { namedCurve }).privateKey;
}

export function rsaKey(modulusLength: number): KeyObject {
  return generateKeyPairSync('rsa', { modulusLength }).privateKey;
}

const signatures: Readonly<Record<string, string>> = {
  'rsa sha256': '1.2.840.113549.1.1.11',
  'rsa sha1': '1.2.840.113549.1.1.5',
  'rsa md5': '1.2.840.113549.1.1.4',
  'ec sha256': '1.2.840.10045.4.3.2',
  'ec sha1': '1.2.840.10045.4.1',
  'ed25519 sha256': '1.3.101.112',
};

let made = 0;
/** One for all, so that no certificate outlives its issuer by the time that it takes to make it. */
const start = Date.now();

/** A certificate as it is asked for, whether it makes sense or not. */
export function make(asked: Asked): Made {
  const { key = ecKey(), issuer, hash = 'sha256' } = asked;
  const name = asked.subject ?? encodeName({ commonName: asked.name });
  const spki = fromDer(createPublicKey(key).export({ type: 'spki', format: 'der' }));
  const own = createHash('sha1')
    .update(bitContent(children(spki)[1]))
    .digest();
  const keyId = asked.keyId ?? own;
  const signer = issuer ?? { key, name, keyId };
  const { algorithm, sign } = asked.signing ?? usual(signer.key, hash);
  made += 1;
  const serial =
    asked.serial ??
    Buffer.concat([Buffer.of(0x40), createHash('sha1').update(`${made}`).digest()]).subarray(0, 16);
  const { from = new Date(start - day), to = new Date(start + 900 * day) } = asked;
  const tbs = sequence(
    ...(asked.version === 1 ? [] : [tagged(0, smallInteger((asked.version ?? 3) - 1))]),
    integer(serial),
    algorithm,
    signer.name,
    sequence(...(asked.times ?? [time(from), time(to)])),
    name,
    spki,
    ...(asked.version === 1 ? [] : [extensionsField(extensionsOf(asked, signer.keyId, keyId))]),
  );
  const der = toDer(sequence(tbs, algorithm, bits(sign(toDer(tbs), signer.key))));
  return { der, pem: pemOf(der), key, name, keyId };
}

/** As the product's own functions take it. */
export function issuerOf({ pem, key }: Made): Issuer {
  return { cert: parseCertificate(pem, 'a test'), key };
}

/** A leaf of the trust domain as istiod signs it, or with names of DNS the one that it serves by. */
export function leafBelow(issuer: Made, dnsNames: readonly string[] = []): Made {
  const uris = dnsNames.length > 0 ? [] : ['spiffe://cluster.local/ns/shop/sa/cart'];
  return make({
    ...{ name: 'leaf', issuer, isCa: false, usage: 0xa0 },
    to: new Date(Date.now() + 3_600_000),
    extensions: [subjectAltName({ uris, dnsNames }, false)],
  });
}

export function pemOf(der: Buffer, label = 'CERTIFICATE'): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `${[`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`].join('\n')}\n`;
}

function extensionsOf(asked: Asked, issuerKeyId: Buffer, keyId: Buffer): readonly Node[] {
  const { isCa = true, usage = 0x06, authority = issuerKeyId, pathLength } = asked;
  return [
    ...(isCa === 'unsaid' ? [] : [basicConstraints(isCa, pathLength)]),
    ...(usage === false ? [] : [extension('2.5.29.15', true, bits(Buffer.of(usage), unusedBits(usage)))]),
    subjectKeyIdentifier(keyId),
    ...(authority === false ? [] : [authorityKeyIdentifier(authority)]),
    ...(asked.extensions ?? []),
  ];
}

/** DER leaves out the zero bits at the end. */
function unusedBits(byte: number): number {
  return byte === 0 ? 0 : Math.clz32(byte & -byte) === 32 ? 0 : 31 - Math.clz32(byte & -byte);
}

function usual(key: KeyObject, hash: string): Signing {
  const type = key.asymmetricKeyType ?? '';
  const identifier = oid(signatures[`${type} ${hash}`] ?? '');
  const digest = type === 'ed25519' ? undefined : hash;
  return {
    algorithm: type === 'rsa' ? sequence(identifier, nothing()) : sequence(identifier),
    sign: (bytes) => sign(digest, bytes, key),
  };
}
