import type { KeyObject } from 'node:crypto';
import forge from 'node-forge';
import { fromDer } from './asn1.ts';
import { bitContent, children } from './read-asn1.ts';

/** Go reads no larger exponent. */
const mostExponent = 2n ** 31n - 1n;
/** Go verifies with no larger modulus. */
const mostRsaBits = 8192;
/** Of a point that is written with both of its coordinates (SEC 1, 2.3.3). */
const uncompressed = 0x04;

/**
 * What of a public key, or of how it is written, OpenSSL takes and Go refuses, in words; undefined where it is nothing.
 * `info` is its SubjectPublicKeyInfo as it was read, DER: node would write it anew.
 */
export function oddOfKey(key: KeyObject, info: Buffer): string | undefined {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details = {} } = key;
  if (type === 'rsa') {
    const { modulusLength = 0, publicExponent = 0n } = details;
    if (modulusLength > mostRsaBits) return `RSA ${modulusLength}`;
    const isFit = publicExponent >= 3n && publicExponent <= mostExponent && publicExponent % 2n === 1n;
    return isFit ? undefined : `RSA with the exponent ${publicExponent}`;
  }
  if (type !== 'ec') return undefined;
  const [algorithm, point] = children(fromDer(info));
  const [, curve] = children(algorithm);
  if (curve?.type !== forge.asn1.Type.OID) return 'EC with explicit parameters of its curve';
  return bitContent(point)[0] === uncompressed ? undefined : 'EC with a compressed point';
}
