import type { CodeEntry } from '../code.ts';

/** Azure Key Vault and the objects in it. */
export const keyVaultCodes = {
  KEY_VAULT_FORBIDDEN: {
    message: 'Key Vault refuses access',
    hint: 'give the caller secrets get, list and set: az role assignment create --role "Key Vault Secrets Officer" …',
    exit: 4,
    retryable: false,
  },
  FORMER_SIGNER_UNUSABLE: {
    message: 'what the CA source held before the rotation cannot sign today',
    hint: 'it cannot be gone back to: let the rotation complete, or abort it and rotate to a new CA',
    exit: 65,
    retryable: false,
  },
  KEY_VAULT_OBJECT_MISSING: {
    message: 'there is no such secret in the vault',
    hint: 'compare the object names in the SecretProviderClass with: az keyvault secret list --vault-name …',
    exit: 65,
    retryable: false,
  },
  KEY_VAULT_OBJECT_DISABLED: {
    message: 'the newest version of the secret is disabled, and Key Vault falls back on no older one',
    hint: 'enable it, or set a new version: az keyvault secret set-attributes --enabled true --vault-name … --name …',
    exit: 65,
    retryable: false,
  },
  KEY_VAULT_VERSION_MISSING: {
    message: 'the secret has no such version any more',
    hint: 'see which there are: az keyvault secret list-versions --vault-name … --name …; a version that was purged comes back only out of a backup',
    exit: 65,
    retryable: false,
  },
  KEY_VAULT_VERSION_DISABLED: {
    message: 'this version of the secret is disabled, and Key Vault does not give its value',
    hint: 'enable it: az keyvault secret set-attributes --enabled true --vault-name … --name … --version …',
    exit: 65,
    retryable: false,
  },
  KEY_VAULT_OBJECT_DELETED: {
    message: 'the secret is deleted but recoverable, and its name cannot be used',
    hint: 'recover it: az keyvault secret recover --vault-name … --name …',
    exit: 65,
    retryable: false,
  },
  KEY_VAULT_THROTTLED: {
    message: 'Key Vault throttles',
    hint: 'wait: it is tried again when Key Vault says',
    exit: 1,
    retryable: true,
  },
  KEY_VAULT_UNAVAILABLE: {
    message: 'Key Vault does not answer',
    hint: 'check the URL of the vault and the network to it; a private endpoint needs a worker that can reach it',
    exit: 1,
    retryable: true,
  },
  KEY_VAULT_UNAUTHORIZED: {
    message: 'Key Vault does not accept the identity',
    hint: 'use an identity of the tenant that the vault is in: az keyvault show --name … --query properties.tenantId',
    exit: 4,
    retryable: false,
  },
  KEY_VAULT_IDENTITY_UNAVAILABLE: {
    message: 'the identity gives no token at the moment',
    hint: 'check the way to Entra ID (login.microsoftonline.com) or to the managed identity endpoint; it is tried again',
    exit: 1,
    retryable: true,
  },
  KEY_VAULT_REFUSED: {
    message: 'Key Vault refuses the request as it is',
    hint: 'see what it says; names have letters, digits and hyphens only',
    exit: 65,
    retryable: false,
  },
  KEY_VAULT_UNSETTLED: {
    message: 'the secrets change while they are read',
    hint: 'find out what else writes to them; it is tried again',
    exit: 1,
    retryable: true,
  },
  KEY_VAULT_TAGS_FULL: {
    message: 'the secret has no room for the tags of a rotation',
    hint: 'leave at most 10 tags on it: az keyvault secret set-attributes --tags …',
    exit: 65,
    retryable: false,
  },
  OBJECT_VERSION_PINNED: {
    message: 'the SecretProviderClass pins a version of the object, so that no new one is ever mounted',
    hint: 'remove objectVersion from the entry of the object in the SecretProviderClass',
    exit: 65,
    retryable: false,
  },
  BUNDLE_TOO_LARGE: {
    message: 'it is larger than the 25 KB that a secret can hold',
    hint: 'drop roots that nothing needs, or use certificates with elliptic curve keys',
    exit: 65,
    retryable: false,
  },
  SOURCE_CHANGED_BY_OTHER: {
    message: 'someone else changed the CA source since the plan was made',
    hint: 'see who wrote it: az keyvault secret list-versions --vault-name … --name …; put the contents of the version before it back: az keyvault secret set --vault-name … --name … --file …; then: meshturn rotation retry …',
    exit: 1,
    retryable: false,
  },
  HELD_BY_OTHER_ROTATION: {
    message: 'another rotation writes to this CA source',
    hint: 'see: meshturn rotation list; a lease left behind ends by itself; then: meshturn rotation retry …',
    exit: 1,
    retryable: false,
  },
  CERTIFICATE_NOT_FOUND: {
    message: 'the certificate is neither in the CA source, nor in its past versions, nor in the new CA',
    hint: 'give the folder that holds it, or enable the version of the secret that held it',
    exit: 65,
    retryable: false,
  },
  SIGNING_KEY_NOT_FOUND: {
    message: 'the private key is neither in the new CA nor in any enabled past version of the secret',
    hint: 'give the folder that holds it, or enable the version of the secret that held it',
    exit: 65,
    retryable: false,
  },
} as const satisfies Record<string, CodeEntry>;
