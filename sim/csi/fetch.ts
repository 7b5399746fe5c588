import { setTimeout as delay } from 'node:timers/promises';
import { Refusal } from '../key-vault/refusal.ts';
import type { SimVault } from '../key-vault/vault.ts';
import type { MountedObject, ProviderClass } from './provider-class.ts';

/** What one sync has read of one object. */
export interface FetchedObject {
  readonly objectName: string;
  readonly version: string;
  readonly file: string;
  readonly text: string;
}

/**
 * Reads a class's objects one by one, in its order, with a pause between: a write that falls into the pause is
 * seen in part, and the sync is torn. Throws Error in the provider's words.
 */
export async function fetchObjects(o: {
  readonly providerClass: ProviderClass;
  readonly vaultOf: (name: string) => SimVault | undefined;
  readonly caller: string;
  readonly objectDelay: number;
  readonly signal: AbortSignal;
}): Promise<readonly FetchedObject[]> {
  const vault = o.vaultOf(o.providerClass.vault);
  if (vault === undefined) {
    throw new Error(
      `failed to mount objects, error: dial tcp: lookup ${o.providerClass.vault}.vault.azure.net: no such host`,
    );
  }
  const fetched: FetchedObject[] = [];
  for (const object of o.providerClass.objects) {
    if (fetched.length > 0) await delay(o.objectDelay, undefined, { signal: o.signal });
    fetched.push(await fetchOne(vault, o.caller, object));
  }
  return fetched;
}

async function fetchOne(vault: SimVault, caller: string, object: MountedObject): Promise<FetchedObject> {
  const { objectName, file } = object;
  try {
    const { version, value } = await vault.read(caller, objectName, object.version);
    return { objectName, version, file, text: value };
  } catch (error) {
    throw new Error(
      `failed to mount objects, error: failed to get objectType:secret, objectName:${objectName}, objectVersion:${object.version ?? ''}: ${reason(error)}`,
      { cause: error },
    );
  }
}

function reason(error: unknown): string {
  if (!(error instanceof Refusal))
    return `keyvault.BaseClient#GetSecret: Failure sending request: ${String(error)}`;
  const inner = error.inner === undefined ? '' : ` InnerError={"code":"${error.inner}"}`;
  return `keyvault.BaseClient#GetSecret: Failure responding to request: StatusCode=${error.status} -- Original Error: autorest/azure: Service returned an error. Status=${error.status} Code="${error.code}" Message="${error.message}"${inner}`;
}
