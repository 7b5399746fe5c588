import type { TokenCredential } from '@azure/identity';
import type { SecretClientOptions } from '@azure/keyvault-secrets';
import type { VaultEmulator } from '../../../fleet/fleet.ts';
import type { Vault } from '../../../activities/key-vault/vault.ts';

/** A vault as the contract is given it; the caller may get, list, set, delete, recover and purge its secrets. */
export interface VaultWorld {
  readonly url: string;
  readonly credential: TokenCredential;
  /** What the SDK needs so that it takes the vault for one. */
  readonly options: SecretClientOptions;
  /** The same as the product is told of it; undefined for a vault of Azure. */
  readonly emulator?: VaultEmulator;
  /** The product's own client of it. */
  readonly vault: Vault;
  /** Throttles all that comes until the returned function is called; undefined where nobody can make it. */
  readonly throttle: ((retryAfterSeconds: number) => () => void) | undefined;
  close(): Promise<void>;
}
