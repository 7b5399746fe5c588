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
  return issuerByRootKey(`key ${key}`, () => openVaultKey(key, credentials.for(emulator), emulator));
}
