import forge from 'node-forge';

const { asn1 } = forge;

/** A node of an ASN.1 tree; strings in it hold one byte a character, as node-forge keeps them. */
export type Node = forge.asn1.Asn1;

/** The types know universal types only; a context-specific tag is a plain number. */
const createTagged: (
  tagClass: forge.asn1.Class,
  tag: number,
  constructed: boolean,
  value: string | Node[],
) => Node = Reflect.get(asn1, 'create');

const universal = asn1.Class.UNIVERSAL;

export function sequence(...parts: Node[]): Node {
  return asn1.create(universal, asn1.Type.SEQUENCE, true, parts);
}

export function setOf(...parts: Node[]): Node {
  return asn1.create(universal, asn1.Type.SET, true, parts);
}

export function oid(dotted: string): Node {
  return asn1.create(universal, asn1.Type.OID, false, asn1.oidToDer(dotted).getBytes());
}

export function nothing(): Node {
  return asn1.create(universal, asn1.Type.NULL, false, '');
}

export function boolean(value: boolean): Node {
  return asn1.create(universal, asn1.Type.BOOLEAN, false, value ? '\xff' : '\x00');
}

export function smallInteger(value: number): Node {
  return asn1.create(universal, asn1.Type.INTEGER, false, asn1.integerToDer(value).getBytes());
}

/** A positive integer by its big-endian bytes, whose first bit must be clear. */
export function integer(bytes: Buffer): Node {
  return asn1.create(universal, asn1.Type.INTEGER, false, bytes.toString('binary'));
}

export function octets(bytes: Buffer): Node {
  return asn1.create(universal, asn1.Type.OCTETSTRING, false, bytes.toString('binary'));
}

/** A bit string of whole bytes, or one whose last `unused` bits do not count. */
export function bits(bytes: Buffer, unused = 0): Node {
  const content = Buffer.concat([Buffer.of(unused), bytes]);
  return asn1.create(universal, asn1.Type.BITSTRING, false, content.toString('binary'));
}

export function utf8(text: string): Node {
  return asn1.create(universal, asn1.Type.UTF8, false, Buffer.from(text, 'utf8').toString('binary'));
}

/**
 * UTCTime from 1950 to 2049, whose years have two digits, and GeneralizedTime for all other years of four (RFC 5280,
 * 4.1.2.5); whole seconds.
 */
export function time(instant: Date): Node {
  const digits = instant.toISOString().replaceAll(/[-:T]|\.\d+/g, '');
  if (!/^\d{14}Z$/.test(digits)) throw new RangeError('expected a year from 0 to 9999');
  const year = instant.getUTCFullYear();
  return year >= 1950 && year < 2050
    ? asn1.create(universal, asn1.Type.UTCTIME, false, digits.slice(2))
    : asn1.create(universal, asn1.Type.GENERALIZEDTIME, false, digits);
}

/** A context-specific tag around other nodes. */
export function tagged(tag: number, ...parts: Node[]): Node {
  return createTagged(asn1.Class.CONTEXT_SPECIFIC, tag, true, parts);
}

/** A context-specific tag that stands in for a primitive type's own. */
export function taggedBytes(tag: number, bytes: Buffer): Node {
  return createTagged(asn1.Class.CONTEXT_SPECIFIC, tag, false, bytes.toString('binary'));
}

export function toDer(node: Node): Buffer {
  return Buffer.from(asn1.toDer(node).getBytes(), 'binary');
}

/** A sequence of values that are encoded already: their bytes stay as they are. */
export function sequenceOf(...encoded: readonly Buffer[]): Buffer {
  return valueOf(0x30, encoded);
}

/** A bit string of whole bytes, encoded. */
export function bitsOf(bytes: Buffer): Buffer {
  return valueOf(0x03, [Buffer.of(0), bytes]);
}

function valueOf(tag: number, parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.of(tag), lengthBytes(content.length), content]);
}

/** Short up to 127 bytes; beyond that the count of the bytes that follow, then the length (X.690, 8.1.3). */
function lengthBytes(length: number): Buffer {
  if (length < 0x80) return Buffer.of(length);
  const digits = length.toString(16);
  const bytes = Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex');
  return Buffer.concat([Buffer.of(0x80 | bytes.length), bytes]);
}

/** Reads one whole DER value; throws node-forge's error where it is none, or where bytes are left over. */
export function fromDer(der: Buffer): Node {
  const options = { strict: true, parseAllBytes: true, decodeBitStrings: false };
  return asn1.fromDer(forge.util.createBuffer(der.toString('binary')), options);
}
