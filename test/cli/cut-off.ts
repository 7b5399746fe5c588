import { forbidden } from './samples.ts';

/** A write to several objects that nobody knows the end of. */
export const cutOff = {
  ...forbidden,
  code: 'KEY_VAULT_UNAVAILABLE',
  message: 'secret ca-key in https://kv-mesh-eus.vault.azure.net: Key Vault does not answer',
  hint: 'check the URL of the vault and the network to it; a private endpoint needs a worker that can reach it',
  footing: { ...forbidden.footing, set: 'unsure' as const },
};
