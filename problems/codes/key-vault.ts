import { type CodeEntry } from '../code.ts';

/** Azure Key Vault and the objects in it. */
export const keyVaultCodes = {
  KEY_VAULT_FORBIDDEN: {
    message: 'Key Vault refuses access',
    hint: 'give the caller secrets get, list and set: az role assignment create --role "Key Vault Secrets Officer" …',
    exit: 4,
    retryable: false,
  },
  KEY_VAULT_OBJECT_MISSING: {
    message: 'there is no such secret in the vault',
    hint: 'compare the object names in the SecretProviderClass with: az keyvault secret list --vault-name …',
    exit: 65,
    retryable: false,
  },
} as const satisfies Record<string, CodeEntry>;
