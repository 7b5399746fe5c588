import { createHash } from 'node:crypto';
import {
  bits,
  boolean,
  octets,
  oid,
  sequence,
  smallInteger,
  tagged,
  taggedBytes,
  toDer,
  type Node,
} from './asn1.ts';
import { oids } from './oids.ts';

function extension(type: string, critical: boolean, value: Node): Node {
  return sequence(oid(type), ...(critical ? [boolean(true)] : []), octets(toDer(value)));
}

/** `pathLength` is how many further CAs may stand below; undefined sets no limit. */
export function basicConstraints(isCa: boolean, pathLength?: number): Node {
  const limit = pathLength === undefined ? [] : [smallInteger(pathLength)];
  return extension(oids.basicConstraints, true, isCa ? sequence(boolean(true), ...limit) : sequence());
}

/** keyCertSign and cRLSign for a CA; digitalSignature and keyEncipherment for a leaf, as istiod sets them. */
export function keyUsage(isCa: boolean): Node {
  return extension(oids.keyUsage, true, isCa ? bits(Buffer.of(0x06), 1) : bits(Buffer.of(0xa0), 5));
}

export function serverAndClient(): Node {
  return extension(oids.extKeyUsage, false, sequence(oid(oids.serverAuth), oid(oids.clientAuth)));
}

/** Critical where the subject is empty (RFC 5280, 4.2.1.6). */
export function subjectAltName(
  names: { readonly uris: readonly string[]; readonly dnsNames: readonly string[] },
  critical: boolean,
): Node {
  const general = [
    ...names.uris.map((uri) => taggedBytes(6, Buffer.from(uri, 'ascii'))),
    ...names.dnsNames.map((name) => taggedBytes(2, Buffer.from(name, 'ascii'))),
  ];
  return extension(oids.subjectAltName, critical, sequence(...general));
}

/** 160 bits of the SHA-256 of the public key's bits (RFC 7093, method 1). */
export function keyIdentifier(publicKeyBits: Buffer): Buffer {
  return createHash('sha256').update(publicKeyBits).digest().subarray(0, 20);
}

export function subjectKeyIdentifier(id: Buffer): Node {
  return extension(oids.subjectKeyIdentifier, false, octets(id));
}

export function authorityKeyIdentifier(id: Buffer): Node {
  return extension(oids.authorityKeyIdentifier, false, sequence(taggedBytes(0, id)));
}

/** The value of the extensions field of a certificate. */
export function extensionsField(extensions: readonly Node[]): Node {
  return tagged(3, sequence(...extensions));
}
