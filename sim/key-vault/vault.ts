import { callerOf } from './callers.ts';
import { createCore } from './core.ts';
import type { FaultBook } from './faults.ts';
import { azureLimits, type VaultLimits } from './limits.ts';
import type { KeyBook } from './key-book.ts';
import type { RequestLog } from './request-log.ts';
import type { SecretBook, SecretVersion } from './secret-book.ts';
import { serveVault, type ServedVault, type VaultTls } from './serve.ts';

/** A simulated Azure Key Vault: its secrets, and the REST API over them. */
export interface SimVault {
  readonly name: string;
  /** The vault's contents as its owner sees them; nothing done here is counted or struck by a fault. */
  readonly store: SecretBook;
  readonly keys: KeyBook;
  readonly requests: RequestLog;
  readonly faults: FaultBook;
  /** A bearer token that the server takes for this caller. */
  tokenFor(caller: string): string;
  /** Reads the newest version, or one, as that caller would over HTTPS. Throws Refusal, or Error when cut. */
  read(caller: string, name: string, version?: string): Promise<SecretVersion>;
  /** Serves the REST API on loopback; a free port unless one is given. */
  serve(tls: VaultTls): Promise<ServedVault>;
}

export function createVault(o: { readonly name: string; readonly limits?: VaultLimits }): SimVault {
  const core = createCore(o.name, o.limits ?? azureLimits);
  const { store, keys, requests, faults, callers } = core;
  return {
    name: o.name,
    store,
    keys,
    requests,
    faults,
    tokenFor: (caller) => callers.mint(caller),
    read: (caller, name, version) =>
      core.handle({ method: 'GET', name, caller: callerOf(caller) }, () => store.get(name, version)),
    serve: (tls) => serveVault(core, tls),
  };
}
