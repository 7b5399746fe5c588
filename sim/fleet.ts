import { join } from 'node:path';
import { type KubeconfigCluster, writeKubeconfig } from './api/kubeconfig.ts';
import { serveClusters } from './api/serve.ts';
import { awaitChange } from './await-change.ts';
import { type FleetFiles, writeFleetFiles } from './demo/files.ts';
import { addIstio } from './demo/istio-objects.ts';
import { profiles, trustDomain, type ClusterKind, type ClusterProfile } from './demo/profiles.ts';
import { addRights, loginOf, rightsFilesOf } from './demo/rights.ts';
import { serveVaults } from './demo/serve-vaults.ts';
import { localhostTls } from './demo/serving-tls.ts';
import { addNamespaces, addWorkloads, proxiesOf } from './demo/workload-objects.ts';
import type { SimIssuer } from './issuing/issuers.ts';
import { newRootOf } from './issuing/new-root.ts';
import { createVault, type SimVault } from './key-vault/vault.ts';
import { createMeshCluster, type MeshCluster } from './mesh-cluster.ts';
import { caFiles, meshCaInUse, type CaFiles, type MeshCa } from './new-ca.ts';
import { Prober } from './prober/prober.ts';
import type { SimSettings } from './world.ts';

/** One cluster of a simulated fleet and the vault that its istiod signs from. */
export interface FleetCluster {
  readonly profile: ClusterProfile;
  readonly mesh: MeshCluster;
  readonly vault: SimVault;
}

/** A login to a cluster as a kubeconfig has it. */
interface Login {
  expire(): void;
  /** Puts another in its place. */
  renew(): Promise<void>;
  /** How often its token was shown to the API server. */
  shown(): number;
}

export interface SimFleet {
  readonly clusters: readonly FleetCluster[];
  /** Root A and its intermediates. */
  readonly ca: MeshCa;
  readonly prober: Prober;
  /** Serves API servers and vaults, and writes what is needed to reach them into the folder. */
  writeTo(directory: string): Promise<void>;
  /** The login to a cluster that its folder holds: it can expire, and be renewed in the kubeconfig. */
  login(cluster: string): Login;
  /** Starts every cluster; resolves when all of its proxies are ready, and then probes. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface FleetOptions {
  /** Three by default, each of another kind; further ones repeat the kinds. */
  readonly clusters?: number;
  /** The kinds of the clusters, in their order. */
  readonly kinds?: readonly ClusterKind[];
  /** What the fleet file says of name, limits and CronJobs instead of what the demo's does. */
  readonly file?: Pick<FleetFiles, 'name' | 'limits'> & Pick<Partial<ClusterProfile>, 'cronJob'>;
  /** Names of the workloads that its clusters have; all of them where left out. */
  readonly workloads?: readonly string[];
  /** Who makes the intermediates of its new root; `files` where left out. */
  readonly issuer?: SimIssuer;
  readonly seed?: number;
  readonly settings?: Partial<SimSettings>;
}

/** Builds a fleet whose mesh trusts Root A and signs with an intermediate of its own in every cluster. */
export function buildFleet(options: FleetOptions = {}): SimFleet {
  const { seed = 1, file = {}, issuer = 'files' } = options;
  const { cronJob, ...names } = file;
  const wanted = profiles(options.clusters ?? 3, { ...options.settings, seed }, options.kinds).map(
    (profile) => ({
      ...profile,
      cronJob: cronJob ?? profile.cronJob,
    }),
  );
  const units = wanted.map(({ name }) => name);
  const ca = meshCaInUse(units);
  const clusters = wanted.map((profile) =>
    buildCluster(profile, caFiles(ca, profile.name), options.workloads),
  );
  const perSecond = Math.max(...wanted.map(({ settings }) => settings.handshakesPerSecond));
  const prober = new Prober(
    clusters.map(({ mesh }) => mesh),
    { perSecond, seed },
  );
  const newRoot = newRootOf(issuer);
  const served: { close(): Promise<void> }[] = [];
  let kubeconfig: { readonly file: string; readonly clusters: readonly KubeconfigCluster[] } | undefined;
  return {
    ...{ clusters, ca, prober },
    writeTo: async (directory) => {
      const tls = localhostTls('Simulated API servers');
      const api = await serveClusters(
        clusters.map(({ mesh }) => mesh.cluster),
        { tls },
      );
      served.push(api);
      const { vaults, vaultCa, close } = await serveVaults([
        ...clusters.map(({ vault }) => vault),
        ...(newRoot?.vaults ?? []),
      ]);
      served.push({ close });
      const apiServers = clusters.map(({ mesh: { cluster } }) => ({
        ...{ name: cluster.name, url: api.urlOf(cluster.name), caPem: tls.ca },
        token: loginOf(cluster.tokens),
      }));
      kubeconfig = { file: join(directory, 'kubeconfig'), clusters: apiServers };
      await writeFleetFiles({
        ...{ directory, trustDomain, ca, apiServers, vaults, ...names },
        ...{ vaultCa, profiles: wanted, newRoot },
      });
    },
    login: (name) => {
      const tokens = clusters.find(({ profile }) => profile.name === name)?.mesh.cluster.tokens;
      const entry = kubeconfig?.clusters.find((one) => one.name === name);
      if (tokens === undefined || entry === undefined || kubeconfig === undefined) {
        throw new RangeError(`no kubeconfig was written for ${name}`);
      }
      const { file, clusters: entries } = kubeconfig;
      return {
        expire: () => tokens.revoke(entry.token),
        shown: () => tokens.shown(entry.token),
        renew: async () => {
          const renewed = entries.map((one) => (one === entry ? { ...one, token: loginOf(tokens) } : one));
          kubeconfig = { file, clusters: renewed };
          await writeKubeconfig(kubeconfig);
        },
      };
    },
    start: async () => {
      for (const { mesh } of clusters) mesh.start();
      const proxies = proxiesOf(options.workloads);
      const allReady = ({ mesh }: FleetCluster) =>
        awaitChange(mesh.cluster.store, 'pods', () => mesh.proxies().length >= proxies);
      await Promise.all(clusters.map(allReady));
      prober.start();
    },
    stop: async () => {
      await prober.stop();
      await Promise.all([...clusters.map(({ mesh }) => mesh.stop()), ...served.map((one) => one.close())]);
    },
  };
}

function buildCluster(
  profile: ClusterProfile,
  files: CaFiles,
  workloads: readonly string[] | undefined,
): FleetCluster {
  const vault = createVault({ name: profile.vault });
  putCa(vault, files);
  const { name, settings } = profile;
  const mesh = createMeshCluster({ name, trustDomain, settings, vaults: [vault] });
  const { store } = mesh.cluster;
  addNamespaces(store, profile, workloads);
  addIstio(store, profile, trustDomain);
  addWorkloads(store, profile, workloads);
  // Beside what is needed: what shows clusters that the fleet file lacks.
  addRights(store, [...rightsFilesOf(profile), 'remote-secrets']);
  return { profile, mesh, vault };
}

/** Writes new versions of what is given into a vault, in the order given. */
export function putCa(vault: SimVault, files: Partial<CaFiles>): void {
  const names = { root: 'root-cert', chain: 'cert-chain', key: 'ca-key', cert: 'ca-cert' } as const;
  for (const [part, name] of Object.entries(names)) {
    const value = Object.entries(files).find(([key]) => key === part)?.[1];
    if (value !== undefined) vault.store.set(name, value);
  }
}
