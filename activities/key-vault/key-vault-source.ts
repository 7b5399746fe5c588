import type { TokenCredential } from '@azure/identity';
import type { ObjectNames, VaultEmulator } from '../../fleet/fleet.ts';
import type { CaSource } from '../ca-source.ts';
import { VaultCredentials } from './credential.ts';
import { formerSet } from './former-set.ts';
import { SetReader } from './held-set.ts';
import { formerReading, readSource } from './read-source.ts';
import { sourceName } from './source-name.ts';
import { stagingIn } from './staged-set.ts';
import { openVault } from './vault.ts';
import { writeSet } from './write-set.ts';

/** A CA source in Azure Key Vault. */
export interface KeyVaultSourceOptions {
  /** `https://kv-a.vault.azure.net` */
  readonly url: string;
  readonly objects: ObjectNames;
  /** Who asks; by default what the worker runs as, or the emulator's token. */
  readonly credential?: TokenCredential;
  readonly emulator?: VaultEmulator | undefined;
}

/** Opens the source; sends nothing yet. The emulator's CA file is read here. */
export async function keyVaultSource(options: KeyVaultSourceOptions): Promise<CaSource> {
  const { objects, emulator, credential = new VaultCredentials().for(emulator) } = options;
  const url = new URL(options.url).origin;
  const vault = await openVault({ url, credential, emulator });
  const { identity, object } = sourceName(url, objects);
  const sets = new SetReader(vault, objects);
  const restorable = new Set<string>();
  return {
    object,
    identity,
    read: () => readSource(sets, restorable),
    readBefore: async (rotationId) => {
      const now = await sets.read();
      return formerReading(await formerSet(vault, objects, { rotationId, now }), now, object);
    },
    staging: stagingIn(vault, objects),
    write: (input) => writeSet(sets, { ...input, object }),
  };
}
