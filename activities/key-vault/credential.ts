import { DefaultAzureCredential, type TokenCredential } from '@azure/identity';
import { type VaultEmulator } from '../../fleet/fleet.ts';
import { readEmulatorFile } from './emulator-file.ts';

/** How long a token from a file is taken for good before the file is read again. */
const rereadMs = 5 * 60 * 1000;

/**
 * The identity for a vault: in Azure what the worker runs as (workload identity, managed identity, az login;
 * @azure/identity), for an emulator the bearer token in its file.
 */
export function vaultCredential(emulator: VaultEmulator | undefined): TokenCredential {
  if (emulator === undefined) return new DefaultAzureCredential();
  return {
    getToken: async () => {
      const token = (await readEmulatorFile('tokenFile', emulator.tokenFile)).trim();
      return { token, expiresOnTimestamp: Date.now() + rereadMs };
    },
  };
}
