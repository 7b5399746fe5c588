import { join } from 'node:path';
import type { KubeconfigCluster } from '../sim/api/kubeconfig.ts';
import { writeFleetFiles } from '../sim/demo/files.ts';
import { trustDomain, type ClusterProfile } from '../sim/demo/profiles.ts';
import { localhostTls } from '../sim/demo/serving-tls.ts';
import { putCa } from '../sim/fleet.ts';
import { createVault, type SimVault } from '../sim/key-vault/vault.ts';
import { caFiles, meshCaInUse } from '../sim/new-ca.ts';

/** A simulated Key Vault for each cluster, with the CA in it that its istiod signs with. */
export interface Vaults {
  readonly profiles: readonly ClusterProfile[];
  of(profile: ClusterProfile): SimVault;
  /** Serves them, and writes what the product needs to reach them and the clusters into the folder. */
  writeFleet(
    folder: string,
    apiServers: readonly KubeconfigCluster[],
  ): Promise<{ readonly kubeconfig: string; readonly fleetFile: string }>;
  readonly stop: () => Promise<void>;
}

export function makeVaults(profiles: readonly ClusterProfile[]): Vaults {
  const ca = meshCaInUse(profiles.map(({ name }) => name));
  const vaults = new Map(
    profiles.map((profile) => {
      const vault = createVault({ name: profile.vault });
      putCa(vault, caFiles(ca, profile.name));
      return [profile.vault, vault];
    }),
  );
  const served: { close(): Promise<void> }[] = [];
  return {
    profiles,
    of: ({ vault }) => {
      const found = vaults.get(vault);
      if (found === undefined) throw new RangeError(`no vault ${vault}`);
      return found;
    },
    writeFleet: async (folder, apiServers) => {
      const tls = localhostTls('Simulated vaults');
      const reached = await Promise.all(
        [...vaults.values()].map(async (vault) => {
          const server = await vault.serve(tls);
          served.push(server);
          return { name: vault.name, url: server.url, token: vault.tokenFor('meshturn') };
        }),
      );
      await writeFleetFiles({
        ...{ directory: folder, name: 'lab', trustDomain, ca, apiServers, profiles },
        ...{ vaults: reached, vaultCa: tls.ca },
      });
      return { kubeconfig: join(folder, 'kubeconfig'), fleetFile: join(folder, 'fleet.yaml') };
    },
    stop: async () => {
      await Promise.all(served.map((server) => server.close()));
    },
  };
}
