import type { SimVault } from '../key-vault/vault.ts';
import type { FleetFiles } from './files.ts';
import { localhostTls } from './serving-tls.ts';

/** Serves the vaults of a fleet: how the product reaches them, and how that ends. */
export async function serveVaults(
  vaults: readonly SimVault[],
): Promise<Pick<FleetFiles, 'vaults' | 'vaultCa'> & { readonly close: () => Promise<void> }> {
  const tls = localhostTls('Simulated vaults');
  const served = await Promise.all(
    vaults.map(async (vault) => {
      const { url, close } = await vault.serve(tls);
      return { reached: { name: vault.name, url, token: vault.tokenFor('meshturn') }, close };
    }),
  );
  return {
    vaults: served.map(({ reached }) => reached),
    vaultCa: tls.ca,
    close: async () => {
      await Promise.all(served.map(({ close }) => close()));
    },
  };
}
