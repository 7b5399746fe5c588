import { DefaultAzureCredential, type TokenCredential } from '@azure/identity';
import type { VaultEmulator } from '../../fleet/fleet.ts';
import { readEmulatorFile } from './emulator-file.ts';
import { LastingIdentity } from './lasting-identity.ts';

/** How long a token from a file is taken for good before the file is read again. */
const rereadMs = 5 * 60 * 1000;

/**
 * The identities of a worker: one for all vaults of Azure, since each has tokens of its own and asks for new
 * ones at first; one for each emulator.
 */
export class VaultCredentials {
  #azure: TokenCredential | undefined;

  /** @param azure by default what the worker runs as: workload identity, managed identity, az login */
  constructor(azure?: TokenCredential) {
    this.#azure = azure;
  }

  /** The identity for a vault; for an emulator the bearer token in its file. */
  for(emulator: VaultEmulator | undefined): TokenCredential {
    if (emulator !== undefined) return emulatorCredential(emulator);
    this.#azure ??= new LastingIdentity(new DefaultAzureCredential());
    return this.#azure;
  }
}

function emulatorCredential({ tokenFile }: VaultEmulator): TokenCredential {
  return {
    getToken: async () => {
      const token = (await readEmulatorFile('tokenFile', tokenFile)).trim();
      return { token, expiresOnTimestamp: Date.now() + rereadMs };
    },
  };
}
