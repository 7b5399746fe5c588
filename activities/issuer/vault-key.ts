import type { Issuer } from '../../fleet/fleet.ts';
import type { Signer } from '../../pki/sign.ts';
import type { VaultCredentials } from '../key-vault/credential.ts';
import { openVaultKey } from '../key-vault/vault-key.ts';
import { demandOneOf, issueBelowRoot } from './below-root.ts';
import type { OnlineIssuer } from './issuer.ts';

/** Signs with a root's key that stays in Key Vault, or in its HSM. */
export function vaultKeyIssuer(
  { key, emulator }: Extract<Issuer, { kind: 'keyVaultKey' }>,
  credentials: VaultCredentials,
): OnlineIssuer {
  const object = `key ${key}`;
  const opened = (): Promise<Signer> => openVaultKey(key, credentials.for(emulator), emulator);
  return {
    attempt: async (roots) => {
      demandOneOf(await opened(), { roots, object });
    },
    issue: async (asked, roots) => issueBelowRoot(asked, await opened(), { roots, object }),
  };
}
