import { readFile } from 'node:fs/promises';
import { SecretClient } from '@azure/keyvault-secrets';
import type { Fleet } from '../../fleet/fleet.ts';
import type { Secret } from './needles.ts';

/** Clients of every vault that a fleet file names, with the emulator's token, as its owner would look. */
export async function vaultsOf(fleet: Fleet): Promise<readonly SecretClient[]> {
  const stores = fleet.meshes.flatMap(({ clusters }) => clusters.map(({ keyVault }) => keyVault));
  return Promise.all(
    stores.map(async ({ url = '', emulator }) => {
      const ca = await readFile(emulator?.caFile ?? '', 'utf8');
      const token = (await readFile(emulator?.tokenFile ?? '', 'utf8')).trim();
      const getToken = () => Promise.resolve({ token, expiresOnTimestamp: Date.now() + 600_000 });
      const options = { disableChallengeResourceVerification: true, tlsOptions: { ca } };
      return new SecretClient(url, { getToken }, options);
    }),
  );
}

/** The ids of all versions of all secrets, sorted. */
export async function versionsIn(vaults: readonly SecretClient[]): Promise<readonly string[]> {
  const ids: string[] = [];
  for (const vault of vaults) {
    for await (const { name } of vault.listPropertiesOfSecrets()) {
      for await (const { id = '' } of vault.listPropertiesOfSecretVersions(name)) ids.push(id);
    }
  }
  return ids.sort();
}

/** The value of every version that is not disabled. */
export async function secretsIn(vaults: readonly SecretClient[]): Promise<readonly Secret[]> {
  const secrets: Secret[] = [];
  for (const vault of vaults) {
    for await (const { name } of vault.listPropertiesOfSecrets()) {
      for await (const { version = '', enabled } of vault.listPropertiesOfSecretVersions(name)) {
        if (enabled === false) continue;
        const { value = '' } = await vault.getSecret(name, { version });
        secrets.push({ name: `${name} in ${vault.vaultUrl}`, text: value });
      }
    }
  }
  return secrets;
}
