import { join } from 'node:path';
import type { KubeconfigCluster } from '../sim/api/kubeconfig.ts';
import { writeFleetFiles } from '../sim/demo/files.ts';
import { trustDomain, type ClusterProfile } from '../sim/demo/profiles.ts';
import { serveVaults } from '../sim/demo/serve-vaults.ts';
import { putCa } from '../sim/fleet.ts';
import { createVault, type SimVault } from '../sim/key-vault/vault.ts';
import { caFiles, meshCaInUse } from '../sim/new-ca.ts';

/** A simulated Key Vault for each cluster, with the CA in it that its istiod signs with. */
export interface Vaults {
  readonly profiles: readonly ClusterProfile[];
  of(profile: ClusterProfile): SimVault;
  /** Serves them, and writes what the product needs to reach them and the clusters into the folder, a fleet file. */
  writeFleet(folder: string, apiServers: readonly KubeconfigCluster[]): Promise<string>;
  readonly stop: () => Promise<void>;
}

/**
 * Where a real istiod that wrote istio-ca-root-cert has ended without giving its lease up, nobody writes it for 30 s,
 * and each other asks for it every 7.5 s (pilot/pkg/leaderelection).
 */
const limits = { secondPlane: '90s' };

export function makeVaults(profiles: readonly ClusterProfile[]): Vaults {
  const ca = meshCaInUse(profiles.map(({ name }) => name));
  const vaults = new Map(
    profiles.map((profile) => {
      const vault = createVault({ name: profile.vault });
      putCa(vault, caFiles(ca, profile.name));
      return [profile.vault, vault];
    }),
  );
  let close = (): Promise<void> => Promise.resolve();
  return {
    profiles,
    of: ({ vault }) => {
      const found = vaults.get(vault);
      if (found === undefined) throw new RangeError(`no vault ${vault}`);
      return found;
    },
    writeFleet: async (folder, apiServers) => {
      const served = await serveVaults([...vaults.values()]);
      close = served.close;
      const { vaults: reached, vaultCa } = served;
      await writeFleetFiles({
        ...{ directory: folder, name: 'lab', trustDomain, ca, apiServers, profiles },
        ...{ vaults: reached, vaultCa, limits },
      });
      return join(folder, 'fleet.yaml');
    },
    stop: () => close(),
  };
}
