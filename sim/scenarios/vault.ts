import type { VaultRequest } from '../key-vault/faults.ts';

/** True of a request of the worker; the CSI driver asks under an identity of its own. */
export function byMeshturn({ caller }: VaultRequest): boolean {
  return caller.name === 'meshturn';
}
