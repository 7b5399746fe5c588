import { integer, sequence, toDer } from './asn1.ts';

/** An ECDSA signature of r and s one after the other, as JWS and vaults give it, as X.509 has it: both as DER. */
export function derOfRawEcdsa(raw: Buffer): Buffer {
  const half = raw.length / 2;
  return toDer(sequence(integer(positive(raw.subarray(0, half))), integer(positive(raw.subarray(half)))));
}

/** The shortest form of a positive INTEGER: no zeros in front, but one where the first bit would be a sign. */
function positive(bytes: Buffer): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0);
  const digits = first === -1 ? Buffer.of(0) : bytes.subarray(first);
  return digits.readUInt8(0) < 0x80 ? digits : Buffer.concat([Buffer.of(0), digits]);
}
