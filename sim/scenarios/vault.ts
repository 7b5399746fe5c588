import type { FleetCluster } from '../fleet.ts';
import type { Fault, VaultRequest } from '../key-vault/faults.ts';
import { type Broken, counted } from './broken.ts';

/** True of a request of the worker; the CSI driver asks under an identity of its own. */
export function byMeshturn({ caller }: VaultRequest): boolean {
  return caller.name === 'meshturn';
}

export function breakVault({ vault }: FleetCluster, fault: Fault): Broken {
  const { onStrike, met } = counted();
  return { mend: vault.faults.add({ ...fault, onStrike }), met };
}

/** How many requests of Meshturn for the secret the vault refuses from now on. */
export function refusedFromNow({ vault }: FleetCluster, secret: string): () => number {
  const since = new Date();
  const isRefused = (status = 0) => status >= 400;
  return () =>
    vault.requests
      .list()
      .filter((one) => one.at >= since && one.name === secret && byMeshturn(one) && isRefused(one.status))
      .length;
}
