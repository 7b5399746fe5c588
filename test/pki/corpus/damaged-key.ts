import type { KeyObject } from 'node:crypto';
import { fromDer, integer, octets, sequence, toDer, type Node } from '../../../pki/asn1.ts';
import { children, content } from '../../../pki/read-asn1.ts';
import { pemOf } from './made.ts';

/** What an RSA key in PKCS#1 form has behind version, n and e, in its order (RFC 8017, A.1.2). */
export const rsaNumbers = ['d', 'p', 'q', 'd mod p-1', 'd mod q-1', 'inverse of q'] as const;

const partsOf = (key: KeyObject, type: 'sec1' | 'pkcs1'): readonly Node[] =>
  children(fromDer(key.export({ type, format: 'der' })));

/** An EC key with another private half beside its public one: that of another key, or its own with a bit changed. */
export function withOtherScalar(key: KeyObject, other?: KeyObject): string {
  const scalar = content(partsOf(other ?? key, 'sec1')[1]);
  return changed(key, 'sec1', 1, octets(other === undefined ? flipped(scalar) : scalar));
}

/** An RSA key with a bit of one of its numbers changed. */
export function withNumberChanged(key: KeyObject, number: (typeof rsaNumbers)[number]): string {
  const place = 3 + rsaNumbers.indexOf(number);
  return changed(key, 'pkcs1', place, integer(flipped(content(partsOf(key, 'pkcs1')[place]))));
}

function changed(key: KeyObject, type: 'sec1' | 'pkcs1', place: number, by: Node): string {
  const der = toDer(sequence(...partsOf(key, type).map((one, index) => (index === place ? by : one))));
  return pemOf(der, type === 'sec1' ? 'EC PRIVATE KEY' : 'RSA PRIVATE KEY');
}

function flipped(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(copy.readUInt8(20) ^ 1, 20);
  return copy;
}
