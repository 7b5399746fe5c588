import { sign, type KeyObject } from 'node:crypto';
import { bits, nothing, oid, sequence, toDer, type Node } from './asn1.ts';
import { oids } from './oids.ts';

/** The AlgorithmIdentifier of what `signed` makes with this key: SHA-256 with RSA or ECDSA. */
export function signatureAlgorithm(key: KeyObject): Node {
  return key.asymmetricKeyType === 'rsa'
    ? sequence(oid(oids.sha256WithRsa), nothing())
    : sequence(oid(oids.ecdsaWithSha256));
}

/** Content, algorithm and signature, as certificates and requests are made up; DER. */
export function signed(content: Node, key: KeyObject): Buffer {
  const signature = sign('sha256', toDer(content), key);
  return toDer(sequence(content, signatureAlgorithm(key), bits(signature)));
}
