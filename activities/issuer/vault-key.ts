import type { Issuer } from '../../fleet/fleet.ts';
import type { VaultCredentials } from '../key-vault/credential.ts';
import { openVaultKey } from '../key-vault/vault-key.ts';
import { issuerByRootKey } from './below-root.ts';
import type { OnlineIssuer } from './issuer.ts';

/** Signs with a root's key that stays in Key Vault, or in its HSM. */
export function vaultKeyIssuer(
  { key, emulator }: Extract<Issuer, { kind: 'keyVaultKey' }>,
  credentials: VaultCredentials,
): OnlineIssuer {
  const isNewest = new URL(key).pathname.split('/').length < 4;
  const hint = isNewest
    ? `give the key of the root in root-cert.pem or, where only intermediates are new, of a root in use; where the key has been rotated, its version of that time: key: ${key}/VERSION`
    : undefined;
  return issuerByRootKey({ object: `key ${key}`, hint }, () =>
    openVaultKey(key, credentials.for(emulator), emulator),
  );
}
