import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { MeshWorld } from '../../../activities/mesh-world.ts';
import type { Cluster, ObjectNames } from '../../../fleet/fleet.ts';
import { keyPem, type Issuer } from '../../../pki/make.ts';
import { writeKubeconfig } from '../../../sim/api/kubeconfig.ts';
import { serveClusters, type ServedClusters } from '../../../sim/api/serve.ts';
import { addIstio, istioNamespace } from '../../../sim/demo/istio-objects.ts';
import type { ClusterProfile } from '../../../sim/demo/profiles.ts';
import { addRights } from '../../../sim/demo/rights.ts';
import { localhostTls } from '../../../sim/demo/serving-tls.ts';
import { addNamespaces } from '../../../sim/demo/workload-objects.ts';
import { createVault, type SimVault } from '../../../sim/key-vault/vault.ts';
import { createMeshCluster, type MeshCluster } from '../../../sim/mesh-cluster.ts';
import type { KubeObject } from '../../../sim/world.ts';
import { settings } from '../kube/api-server.ts';
import { eventually } from '../../support/eventually.ts';

/** The four files of a set; a chain or bundle of several generations is given as such. */
export interface SetOfFiles {
  readonly signer: Issuer;
  readonly roots: readonly Issuer[];
  readonly chain: readonly Issuer[];
}

/** A mesh whose clusters run nothing but istiod, reached over real wires. */
export interface Mesh {
  readonly world: MeshWorld;
  readonly clusters: ReadonlyMap<string, MeshCluster>;
  readonly served: ServedClusters;
  vault(name: string): SimVault;
  /** Puts a set into a vault, object by object, as a hand or a rotation would. */
  put(vault: string, set: SetOfFiles): { root: string; chain: string; key: string; cert: string };
  close(): Promise<void>;
}

export const fleet = 'test';
export const mesh = 'payments';

const plain: ClusterProfile = {
  kind: 'renewing',
  ...{ name: 'west', vault: 'kv-west', revision: 'asm-1-30', version: '1.30.3' },
  ...{ multiRoot: true, validator: false, logAsJson: false, cronJob: 'wait', settings },
  workloads: { mode: 'renew' },
};

const pem = (issuers: readonly Issuer[]) => issuers.map(({ cert }) => cert.pem).join('');

export async function startMesh(
  initial: SetOfFiles,
  profiles: readonly (Partial<ClusterProfile> & {
    readonly objects?: ObjectNames;
    readonly reach?: string;
    /** Takes the kubeconfig away, as on a worker that reaches other clusters only. */
    readonly unreached?: boolean;
  })[] = [{}],
  change: (cluster: MeshCluster) => void = () => undefined,
): Promise<Mesh> {
  const full = profiles.map((profile) => ({
    ...plain,
    objects: undefined,
    reach: undefined,
    unreached: false,
    ...profile,
  }));
  const folder = await mkdtemp(join(tmpdir(), 'meshturn-mesh-'));
  const tls = localhostTls('Test CA');
  const vaults = new Map(
    [...new Set(full.map(({ vault }) => vault))].map((name) => [name, createVault({ name })]),
  );
  const vault = (name: string) => {
    const found = vaults.get(name);
    if (found === undefined) throw new RangeError(`expected a vault ${name}`);
    return found;
  };
  const put: Mesh['put'] = (name, { roots, chain, signer }) => {
    const { store } = vault(name);
    const root = store.set('root-cert', pem(roots)).version;
    const inChain = store.set('cert-chain', pem(chain)).version;
    const key = store.set('ca-key', keyPem(signer.key)).version;
    return { root, chain: inChain, key, cert: store.set('ca-cert', signer.cert.pem).version };
  };
  const clusters = new Map(
    full.map((profile) => {
      const cluster = createMeshCluster({
        ...{ name: profile.name, trustDomain: 'mesh.test', settings: profile.settings },
        vaults: [...vaults.values()],
      });
      addNamespaces(cluster.cluster.store, profile);
      addIstio(cluster.cluster.store, profile, 'mesh.test');
      addRights(cluster.cluster.store, ['istiod']);
      change(cluster);
      return [profile.name, cluster];
    }),
  );
  for (const name of vaults.keys()) put(name, initial);
  const servedVaults = await Promise.all(
    [...vaults].map(async ([name, one]) => {
      await writeFile(join(folder, `${name}.token`), one.tokenFor('meshturn'));
      return [name, await one.serve(tls)] as const;
    }),
  );
  const urls = new Map(servedVaults.map(([name, { url }]) => [name, url]));
  await writeFile(join(folder, 'vault-ca.pem'), tls.ca);
  const served = await serveClusters(
    [...clusters.values()].map(({ cluster }) => cluster),
    { tls },
  );
  await writeKubeconfig({
    file: join(folder, 'kubeconfig'),
    clusters: [...clusters].map(([name, { cluster }]) => ({
      ...{ name, url: served.urlOf(name), caPem: tls.ca, token: cluster.tokens.addUser() },
    })),
  });
  const inFleet = full.map(
    ({ name, vault: vaultName, cronJob, workloads, objects, reach, unreached }): Cluster => ({
      ...{ name, cronJob, workloads, controlPlane: name },
      ...{ istioNamespace: undefined, revision: undefined, reach, execFallback: false },
      access: { kind: 'kubeconfig', path: join(folder, unreached ? 'none' : 'kubeconfig'), context: name },
      keyVault: {
        url: urls.get(vaultName),
        objects,
        emulator: { caFile: join(folder, 'vault-ca.pem'), tokenFile: join(folder, `${vaultName}.token`) },
      },
    }),
  );
  const limits = {
    sync: 20,
    load: 20,
    secondPlane: 20,
    kubeletPropagation: 1,
    clockSkew: 1,
    rollout: 20,
    censusEvery: 1,
    heartbeat: 30,
    watchEvery: 1,
  };
  const one = {
    name: mesh,
    trustDomain: 'mesh.test',
    issuer: { kind: 'files' } as const,
    waveWidth: 1,
    limits,
    clusters: inFleet,
    trustHolders: [],
    compromised: [],
  };
  const evidence = { kind: 'folder', path: join(folder, 'evidence') } as const;
  const world = new MeshWorld({
    fleets: [{ name: fleet, file: join(folder, 'fleet.yaml'), evidence, meshes: [one] }],
  });
  for (const cluster of clusters.values()) cluster.start();
  await eventually(() => {
    for (const cluster of clusters.values()) expect(cluster.istiods()).toHaveLength(2);
  });
  return {
    ...{ world, clusters, served, vault, put },
    close: async () => {
      await Promise.all([...clusters.values()].map((cluster) => cluster.stop()));
      await served.close();
      await Promise.all(servedVaults.map(([, one]) => one.close()));
      await rm(folder, { recursive: true });
    },
  };
}

export { istioNamespace };

/** Adds another revision beside a cluster's own, with a SecretProviderClass of its own. */
export function addRevision(
  { cluster: { store } }: MeshCluster,
  revision: string,
  change: (text: string) => string = (text) => text,
): void {
  for (const [resource, name] of [
    ['secretproviderclasses', 'istio-spc-asm-1-30'],
    ['deployments', 'istiod-asm-1-30'],
  ] as const) {
    const text = JSON.stringify(store.get(resource, istioNamespace, name)).replaceAll('asm-1-30', revision);
    const { apiVersion, kind, metadata, spec } = JSON.parse(change(text)) as KubeObject;
    const { name: named, namespace = istioNamespace, labels = {} } = metadata;
    store.create(resource, { apiVersion, kind, metadata: { name: named, namespace, labels }, spec });
  }
}
