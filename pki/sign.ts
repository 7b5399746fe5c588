import { createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { Problem } from '../problems/problem.ts';
import { bitsOf, nothing, oid, sequence, sequenceOf, toDer } from './asn1.ts';
import { kindOf } from './key-facts.ts';
import { oids } from './oids.ts';

/** How a key signs. */
export interface SignatureAlgorithm {
  readonly hash: 'sha256' | 'sha384';
  /** Its AlgorithmIdentifier (RFC 4055, RFC 5758), DER. */
  readonly identifier: Buffer;
}

/**
 * A key that signs, wherever it is: in this process, in a vault, in an HSM. It is known by its public key; the
 * private one need not be within reach.
 */
export interface Signer {
  readonly publicKey: KeyObject;
  readonly algorithm: SignatureAlgorithm;
  /** Signs bytes as X.509 has it: PKCS#1 v1.5 for RSA, for ECDSA r and s as DER, not one after the other. */
  readonly sign: (bytes: Buffer) => Promise<Buffer>;
}

const leastRsaBits = 2048;

const rsa: SignatureAlgorithm = {
  hash: 'sha256',
  identifier: toDer(sequence(oid(oids.sha256WithRsa), nothing())),
};
const byCurve: ReadonlyMap<string, SignatureAlgorithm> = new Map([
  ['prime256v1', { hash: 'sha256', identifier: toDer(sequence(oid(oids.ecdsaWithSha256))) }],
  ['secp384r1', { hash: 'sha384', identifier: toDer(sequence(oid(oids.ecdsaWithSha384))) }],
]);

/** Those that were found: to ask node for the details of a key takes as long as a tenth of a signature. */
const algorithms = new WeakMap<KeyObject, SignatureAlgorithm>();

/**
 * The algorithm that fits a key, private or public. `object` names the key in errors. Throws Problem
 * KEY_NOT_SUPPORTED for a key that Envoy or Go may refuse.
 */
export function algorithmOf(key: KeyObject, object = 'the key that signs'): SignatureAlgorithm {
  const known = algorithms.get(key);
  if (known !== undefined) return known;
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  const found =
    type === 'rsa' && (details?.modulusLength ?? 0) >= leastRsaBits
      ? rsa
      : byCurve.get(details?.namedCurve ?? '');
  if (found !== undefined) {
    algorithms.set(key, found);
    return found;
  }
  throw new Problem('KEY_NOT_SUPPORTED', {
    object,
    expected: `RSA of ${leastRsaBits} bits or more, EC P-256 or EC P-384`,
    found: kindOf(key),
  });
}

const signLater = promisify(sign);

/** A private key of this process as a signer. Throws Problem KEY_NOT_SUPPORTED. */
export function localSigner(key: KeyObject): Signer {
  const algorithm = algorithmOf(key);
  return {
    publicKey: createPublicKey(key),
    algorithm,
    sign: (bytes) => signLater(algorithm.hash, bytes, key),
  };
}

/** Content, algorithm and signature, as certificates and requests are made up; DER in, DER out. */
export function signed(content: Buffer, key: KeyObject): Buffer {
  const algorithm = algorithmOf(key);
  return assembled(content, algorithm, sign(algorithm.hash, content, key));
}

/** The same by a signer, which is not taken at its word. Throws Problem SIGNATURE_WRONG, and what it throws. */
export async function signedBy(content: Buffer, { publicKey, algorithm, sign }: Signer): Promise<Buffer> {
  const signature = await sign(content);
  if (verify(algorithm.hash, content, publicKey, signature)) return assembled(content, algorithm, signature);
  throw new Problem('SIGNATURE_WRONG', {
    object: 'the signer',
    expected: `a signature of its ${kindOf(publicKey)} key with ${algorithm.hash}`,
    found: `${signature.length} bytes that are none`,
  });
}

function assembled(content: Buffer, { identifier }: SignatureAlgorithm, signature: Buffer): Buffer {
  return sequenceOf(content, identifier, bitsOf(signature));
}
