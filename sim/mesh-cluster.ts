import { createCluster, type SimCluster } from './api/cluster.ts';
import { CsiFaults } from './csi/faults.ts';
import { csiMounter } from './csi/mounter.ts';
import { IstiodFaults } from './istiod/faults.ts';
import type { SimVault } from './key-vault/vault.ts';
import { MeshPrograms, type ReadyIstiod, type ReadyProxy } from './mesh-programs.ts';
import { ProxyFaults } from './proxies/faults.ts';
import type { SimSettings } from './world.ts';

/** A simulated cluster with a mesh in it. */
export interface MeshCluster {
  readonly cluster: SimCluster;
  readonly trustDomain: string;
  readonly settings: SimSettings;
  readonly csiFaults: CsiFaults;
  readonly istiodFaults: IstiodFaults;
  readonly proxyFaults: ProxyFaults;
  proxies(): readonly ReadyProxy[];
  istiods(): readonly ReadyIstiod[];
  start(): void;
  stop(): Promise<void>;
}

/** Makes a cluster whose pods run the programs of a mesh. */
export function createMeshCluster(o: {
  readonly name: string;
  readonly trustDomain: string;
  readonly settings: SimSettings;
  readonly vaults: readonly SimVault[];
}): MeshCluster {
  const { name, trustDomain, settings, vaults } = o;
  const csiFaults = new CsiFaults();
  const istiodFaults = new IstiodFaults();
  const proxyFaults = new ProxyFaults();
  const cluster: SimCluster = createCluster({
    ...{ name, settings },
    programs: (pod, volumes) => programs.programFor(pod, volumes),
    mounters: { csi: csiMounter({ vaults, settings, faults: csiFaults, store: () => cluster.store }) },
  });
  const { store, tokens } = cluster;
  const programs = new MeshPrograms({
    ...{ name, trustDomain, settings, store, tokens, istiodFaults, proxyFaults },
    programOf: (namespace, pod) => cluster.programOf(namespace, pod),
  });
  return {
    ...{ cluster, trustDomain, settings, csiFaults, istiodFaults, proxyFaults },
    proxies: () => programs.proxies(),
    istiods: () => programs.istiods(),
    start: () => cluster.start(),
    stop: async () => {
      programs.stop();
      await cluster.stop();
    },
  };
}
