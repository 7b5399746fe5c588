import { randomBytes, sign, verify, type KeyObject } from 'node:crypto';
import { fromDer } from './asn1.ts';
import type { Certificate } from './certificate.ts';
import { children, content } from './read-asn1.ts';

/**
 * Whether a private key belongs to a certificate. The public half that is written beside a private one is nothing to
 * go by: OpenSSL takes it at its word, where Go computes it and refuses a key whose halves are of two keys.
 */
export function keyFits({ x509 }: Certificate, key: KeyObject): boolean {
  try {
    return x509.checkPrivateKey(key) && signsFor(key, x509.publicKey) && isWholeKey(key);
  } catch {
    // A key that cannot sign, or not be written. Why is left out: no part of a key may get into an error.
    return false;
  }
}

function signsFor(key: KeyObject, publicKey: KeyObject): boolean {
  const hash = ['ed25519', 'ed448'].includes(key.asymmetricKeyType ?? '') ? null : 'sha256';
  const bytes = randomBytes(32);
  return verify(hash, bytes, publicKey, sign(hash, bytes, key));
}

/** Whether the parts of an RSA key belong together, as Go asks: OpenSSL signs with those of them that do. */
export function isWholeKey(key: KeyObject): boolean {
  if (key.asymmetricKeyType !== 'rsa') return true;
  const der = key.export({ type: 'pkcs1', format: 'der' });
  const parts = children(fromDer(der)).slice(0, 9);
  der.fill(0);
  const numbers = parts.map((part) => BigInt(`0x${content(part).toString('hex')}`));
  const [version, n = 0n, e = 0n, d = 0n, p = 0n, q = 0n, dp = 0n, dq = 0n, qInverse = 0n] = numbers;
  // Version 1 has more than two primes.
  if (version !== 0n) return true;
  return (
    p > 1n &&
    q > 1n &&
    p * q === n &&
    (e * d) % (p - 1n) === 1n % (p - 1n) &&
    (e * d) % (q - 1n) === 1n % (q - 1n) &&
    dp === d % (p - 1n) &&
    dq === d % (q - 1n) &&
    (qInverse * q) % p === 1n
  );
}
