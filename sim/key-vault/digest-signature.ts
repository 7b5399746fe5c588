import { constants, createECDH, privateEncrypt, randomBytes, type KeyObject } from 'node:crypto';
import { badParameter } from './refusal.ts';

/** How a key signs a digest that is given to it: RFC 7518, 3.1, as far as a CA may sign with it. */
interface Algorithm {
  readonly kty: 'RSA' | 'EC';
  readonly digestBytes: number;
  /** Of EC. */
  readonly curve?: string;
  readonly sign: (key: KeyObject, digest: Buffer) => Buffer;
}

/** What stands in front of a digest in PKCS#1 v1.5 (RFC 8017, 9.2). */
const digestInfo = {
  sha256: '3031300d060960864801650304020105000420',
  sha384: '3041300d060960864801650304020205000430',
  sha512: '3051300d060960864801650304020305000440',
} as const;

function rsa(hash: keyof typeof digestInfo, digestBytes: number): Algorithm {
  const prefix = Buffer.from(digestInfo[hash], 'hex');
  const sign = (key: KeyObject, digest: Buffer): Buffer =>
    privateEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, Buffer.concat([prefix, digest]));
  return { kty: 'RSA', digestBytes, sign };
}

/** The orders of the groups (SEC 2). */
const orders = {
  prime256v1: BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551'),
  secp384r1: BigInt(
    '0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973',
  ),
} as const;

/** node signs no digest with ECDSA, only what it hashes itself: FIPS 186-5, 6.4.1 by hand. Raw r and s. */
function ecdsa(curve: keyof typeof orders, digestBytes: number): Algorithm {
  const n = orders[curve];
  const sign = (key: KeyObject, digest: Buffer): Buffer => {
    const d = numberOf(Buffer.from(key.export({ format: 'jwk' }).d ?? '', 'base64url'));
    for (;;) {
      const secret = randomBytes(digestBytes);
      const k = numberOf(secret);
      if (k === 0n || k >= n) continue;
      const once = createECDH(curve);
      once.setPrivateKey(secret);
      const r = numberOf(once.getPublicKey().subarray(1, 1 + digestBytes)) % n;
      const s = (power(k, n - 2n, n) * (numberOf(digest) + r * d)) % n;
      if (r !== 0n && s !== 0n) return Buffer.concat([bytesOf(r, digestBytes), bytesOf(s, digestBytes)]);
    }
  };
  return { kty: 'EC', digestBytes, curve, sign };
}

function numberOf(bytes: Buffer): bigint {
  return BigInt(`0x${bytes.toString('hex')}`);
}

function bytesOf(number: bigint, length: number): Buffer {
  return Buffer.from(number.toString(16).padStart(length * 2, '0'), 'hex');
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let [result, square] = [1n, base % modulus];
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

/** For both curves a digest is as long as a number of theirs. */
const algorithms: ReadonlyMap<string, Algorithm> = new Map([
  ['RS256', rsa('sha256', 32)],
  ['RS384', rsa('sha384', 48)],
  ['RS512', rsa('sha512', 64)],
  ['ES256', ecdsa('prime256v1', 32)],
  ['ES384', ecdsa('secp384r1', 48)],
]);

/** Signs a digest. Throws Refusal BadParameter where algorithm, key and digest do not fit. */
export function signDigest(key: KeyObject, name: string, digest: Buffer): Buffer {
  const algorithm = algorithms.get(name);
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  const fits = algorithm?.kty === type?.toUpperCase() && algorithm?.curve === details?.namedCurve;
  if (algorithm === undefined || !fits) {
    throw badParameter(
      `Key and signing algorithm are incompatible. Key type is '${type}', and algorithm is '${name}'.`,
    );
  }
  if (digest.length === algorithm.digestBytes) return algorithm.sign(key, digest);
  throw badParameter(
    `Invalid length of 'value': ${digest.length} bytes. Expected length for algorithm ${name}: ${algorithm.digestBytes} bytes.`,
  );
}
