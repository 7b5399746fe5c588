import { DefaultAzureCredential } from '@azure/identity';
import { openVault } from '../../../activities/key-vault/vault.ts';
import type { VaultWorld } from './world.ts';

/** Domains of Azure's own clouds: whatever is elsewhere is an emulator. */
const azure = /\.vault\.(azure\.net|azure\.cn|usgovcloudapi\.net)$/;

/** The vault of KEY_VAULT_URL, asked as the variables of Azure's SDK say. */
export async function openGivenVault(url: string): Promise<VaultWorld> {
  const credential = new DefaultAzureCredential();
  return {
    ...{ url, credential },
    options: azure.test(new URL(url).hostname) ? {} : { disableChallengeResourceVerification: true },
    vault: await openVault({ url, credential }),
    throttle: undefined,
    close: () => Promise.resolve(),
  };
}
