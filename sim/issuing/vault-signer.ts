import { createHash } from 'node:crypto';
import { derOfRawEcdsa } from '../../pki/ecdsa-signature.ts';
import { algorithmOf, type Signer } from '../../pki/sign.ts';
import type { KeyBook } from '../key-vault/key-book.ts';

/** An EC P-256 key of a simulated vault as a signer, for the vault's owner. The key stays in its book. */
export function vaultSigner(keys: KeyBook, name: string): Signer {
  const { publicKey, version } = keys.get(name);
  const algorithm = algorithmOf(publicKey);
  const sign = (bytes: Buffer): Buffer => {
    const digest = createHash(algorithm.hash).update(bytes).digest();
    return derOfRawEcdsa(keys.sign(name, version, 'ES256', digest));
  };
  return { publicKey, algorithm, sign: (bytes) => Promise.resolve(sign(bytes)) };
}
