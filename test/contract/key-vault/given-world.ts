import { readFile } from 'node:fs/promises';
import { DefaultAzureCredential } from '@azure/identity';
import { openVault } from '../../../activities/key-vault/vault.ts';
import type { VaultWorld } from './world.ts';

/** Domains of Azure's own clouds: whatever is elsewhere is an emulator. */
const azure = /\.vault\.(azure\.net|azure\.cn|usgovcloudapi\.net)$/;

/**
 * The vault of KEY_VAULT_URL, asked as the variables of Azure's SDK say.
 * @param caFile the CA of an emulator
 */
export async function openGivenVault(url: string, caFile: string | undefined): Promise<VaultWorld> {
  const credential = new DefaultAzureCredential();
  const asked = { url, credential, throttle: undefined, close: () => Promise.resolve() };
  if (azure.test(new URL(url).hostname)) {
    return { ...asked, options: {}, vault: await openVault({ url, credential }) };
  }
  if (caFile === undefined) throw new Error(`${url} is none of Azure: name its CA in NODE_EXTRA_CA_CERTS`);
  // Whom it knows is told by the credential.
  const emulator = { caFile, tokenFile: '' };
  const ca = await readFile(caFile, 'utf8');
  return {
    ...{ ...asked, emulator },
    options: { disableChallengeResourceVerification: true, tlsOptions: { ca } },
    vault: await openVault({ url, credential, emulator }),
  };
}
