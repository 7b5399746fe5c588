import { createPublicKey, type KeyObject } from 'node:crypto';
import type { TokenCredential } from '@azure/identity';
import { CryptographyClient, KeyClient, type JsonWebKey, type KeyVaultKey } from '@azure/keyvault-keys';
import type { VaultEmulator } from '../../fleet/fleet.ts';
import { derOfRawEcdsa } from '../../pki/ecdsa-signature.ts';
import { algorithmOf, type Signer } from '../../pki/sign.ts';
import { Problem } from '../../problems/problem.ts';
import { verifyFit } from './fit-key.ts';
import { asKeyProblem, type KeyCall } from './key-problems.ts';
import { emulatorOptions } from './vault.ts';

/** As vaults and HSMs answer: within a second or two. */
const answerLimit = 10_000;

const bounded = (): { abortSignal: AbortSignal } => ({ abortSignal: AbortSignal.timeout(answerLimit) });

/**
 * A key of Key Vault, in an HSM or not, as a signer: what is signed is sent there as a digest, and the key never leaves
 * it. Its public key is read here. Throws the Problem that Key Vault's answer amounts to, ISSUER_KEY_UNUSABLE and
 * KEY_NOT_SUPPORTED.
 * @param id `https://VAULT/keys/NAME`, or one version of it
 */
export async function openVaultKey(
  id: string,
  credential: TokenCredential,
  emulator: VaultEmulator | undefined,
): Promise<Signer> {
  const { origin: url, pathname } = new URL(id);
  const [, , key = '', version] = pathname.split('/');
  const options = { retryOptions: { maxRetries: 0 }, ...(await emulatorOptions(emulator)) };
  const call = async <T>(right: KeyCall['right'], send: () => Promise<T>): Promise<T> => {
    try {
      return await send();
    } catch (error) {
      throw asKeyProblem(error, { url, key, version, right });
    }
  };
  const client = new KeyClient(url, credential, options);
  const found = await call('get', () =>
    client.getKey(key, { ...bounded(), ...(version === undefined ? {} : { version }) }),
  );
  verifyFit(found, { url, key, version });
  const publicKey = publicKeyOf(found, id);
  const algorithm = algorithmOf(publicKey, `key ${id}`);
  const isEc = publicKey.asymmetricKeyType === 'ec';
  const name = algorithm.hash === 'sha384' ? 'ES384' : isEc ? 'ES256' : 'RS256';
  // Of the version that was read: a newer one has another key.
  const cryptography = new CryptographyClient(found, credential, options);
  return {
    publicKey,
    algorithm,
    sign: async (bytes) => {
      const { result } = await call('sign', () => cryptography.signData(name, bytes, bounded()));
      const signature = Buffer.from(result);
      return isEc ? derOfRawEcdsa(signature) : signature;
    },
  };
}

function publicKeyOf({ key }: KeyVaultKey, id: string): KeyObject {
  const text = (part: keyof JsonWebKey): string => {
    const bytes = key?.[part];
    return bytes instanceof Uint8Array ? Buffer.from(bytes).toString('base64url') : '';
  };
  const isRsa = key?.kty?.startsWith('RSA') === true;
  const jwk = isRsa
    ? { kty: 'RSA', n: text('n'), e: text('e') }
    : { kty: 'EC', crv: key?.crv ?? '', x: text('x'), y: text('y') };
  try {
    return createPublicKey({ key: jwk, format: 'jwk' });
  } catch {
    throw new Problem('KEY_NOT_SUPPORTED', {
      object: `key ${id}`,
      expected: 'an RSA or EC key',
      found: `${key?.kty ?? 'a key without a type'} ${key?.crv ?? ''}`.trim(),
    });
  }
}
