import { createPublicKey, randomBytes, type KeyObject } from 'node:crypto';
import {
  fromDer,
  integer,
  sequence,
  sequenceOf,
  smallInteger,
  tagged,
  time,
  toDer,
  type Node,
} from './asn1.ts';
import type { Certificate } from './certificate.ts';
import { authorityKeyIdentifier, extensionsField, keyIdentifier } from './extensions.ts';
import { bitContent, children, isTagged } from './read-asn1.ts';
import type { SignatureAlgorithm } from './sign.ts';

/** How an issuer is named in what it issues. */
export interface IssuerName {
  /** Its subject byte for byte, DER: verifiers compare it so. */
  readonly name: Buffer;
  /** Its key identifier as an extension; none where its certificate has none. */
  readonly authority: readonly Node[];
}

/** What a certificate says, but for what is the same in all, or random. */
export interface Fields {
  /** A Name, DER. */
  readonly subject: Buffer;
  /** A SubjectPublicKeyInfo, DER. */
  readonly publicKey: Buffer;
  /** Named here; by its key identifier in the extensions as well. */
  readonly issuer: Pick<IssuerName, 'name'>;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly extensions: readonly Node[];
}

const version3 = toDer(tagged(0, smallInteger(2)));

/** The bytes that are signed: a TBSCertificate (RFC 5280, 4.1.2) with a new serial number. */
export function tbsOf(fields: Fields, { identifier }: SignatureAlgorithm): Buffer {
  return sequenceOf(
    version3,
    toDer(integer(randomSerial())),
    identifier,
    fields.issuer.name,
    toDer(sequence(time(fields.notBefore), time(fields.notAfter))),
    fields.subject,
    fields.publicKey,
    toDer(extensionsField(fields.extensions)),
  );
}

/** 128 bits, positive, and never shorter than 16 bytes. */
function randomSerial(): Buffer {
  const serial = randomBytes(16);
  serial.writeUInt8((serial.readUInt8(0) & 0x7f) | 0x40, 0);
  return serial;
}

/** Read once: one CA signs thousands of leaves. */
const issuers = new WeakMap<Certificate, IssuerName>();

export function issuerOf(cert: Certificate): IssuerName {
  const known = issuers.get(cert);
  if (known !== undefined) return known;
  const fields = children(children(fromDer(cert.der))[0]);
  const subject = fields[isTagged(fields[0], 0) ? 5 : 4];
  if (subject === undefined) throw new Error('expected a subject in the issuer');
  const read = { name: toDer(subject), authority: authorityOf(cert.subjectKeyId) };
  issuers.set(cert, read);
  return read;
}

/** How a certificate names the key that signs it. */
export function authorityOf(keyId: Buffer | undefined): readonly Node[] {
  return keyId === undefined ? [] : [authorityKeyIdentifier(keyId)];
}

/** Likewise: node encodes a key anew each time, which takes as long as an ECDSA signature. */
const encoded = new WeakMap<KeyObject, Buffer>();

/** The SubjectPublicKeyInfo of a key, private or public; DER. */
export function publicKeyInfo(key: KeyObject): Buffer {
  const known = encoded.get(key);
  if (known !== undefined) return known;
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  const der = publicKey.export({ type: 'spki', format: 'der' });
  encoded.set(key, der);
  return der;
}

/** The key identifier of a SubjectPublicKeyInfo. */
export function keyIdOf(publicKey: Buffer): Buffer {
  return keyIdentifier(bitContent(children(fromDer(publicKey))[1]));
}
