import type { KeyObject } from 'node:crypto';
import { hasNamedCurve, hasWholePoint } from './spki.ts';

/** Go reads no larger exponent. */
const mostExponent = 2n ** 31n - 1n;
/** Go verifies with no larger modulus. */
const mostRsaBits = 8192;

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
  if (!hasNamedCurve(info)) return 'EC with explicit parameters of its curve';
  return hasWholePoint(info) ? undefined : 'EC with a compressed point';
}
