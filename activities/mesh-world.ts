import type { TokenCredential } from '@azure/identity';
import type { Cluster, Fleet, Mesh } from '../fleet/fleet.ts';
import { Problem } from '../problems/problem.ts';
import { Briefly } from './briefly.ts';
import type { CaSource, SourceBook } from './ca-source.ts';
import type { MeshRef, UnitRef } from './contract.ts';
import { openEvidenceStore } from './evidence/open-store.ts';
import type { EvidenceStore } from './evidence/store.ts';
import { onlineIssuer, type IssuerBook } from './issuer/issuer.ts';
import type { ControlPlane } from './istiod/control-plane.ts';
import { discoverControlPlanes } from './istiod/discovery.ts';
import { probeToken } from './istiod/probe-token.ts';
import { istiodPlaces } from './istiod/places.ts';
import { planeSource, type PlaneSource } from './istiod/plane-source.ts';
import { writeUnitOf, type WriteUnit } from './istiod/write-unit.ts';
import { VaultCredentials } from './key-vault/credential.ts';
import { connectCluster, type ClusterClient } from './kube/connect.ts';
import type { MeshNames, NameBook } from './new-ca/mesh-names.ts';

/** Names one cluster of a mesh. */
export interface ClusterRef extends MeshRef {
  readonly cluster: string;
}

const seconds = 1_000;

/** Of the clusters of a mesh an error names so many. */
const mostNamed = 20;

/**
 * All that the fleet files name, found in the world: clients, control planes, CA sources and the write units
 * that they form. What was found is kept for a moment only, for clusters change while a rotation runs.
 */
export class MeshWorld implements SourceBook, IssuerBook, NameBook {
  readonly #fleets: ReadonlyMap<string, Fleet>;
  readonly #credentials: VaultCredentials;
  readonly #clients = new Map<string, { readonly client: ClusterClient; readonly isHere: () => boolean }>();
  readonly #planes = new Briefly<readonly ControlPlane[]>(5 * seconds);
  readonly #sources = new Briefly<PlaneSource>(60 * seconds);
  readonly #stores = new Briefly<EvidenceStore>(300 * seconds);
  readonly #tokens = new Briefly<string>(300 * seconds);

  constructor(o: { readonly fleets: readonly Fleet[]; readonly credential?: TokenCredential }) {
    this.#fleets = new Map(o.fleets.map((fleet) => [fleet.name, fleet]));
    this.#credentials = new VaultCredentials(o.credential);
  }

  /** @throws Problem MESH_UNKNOWN */
  mesh(ref: MeshRef): Mesh {
    const found = this.#fleets.get(ref.fleet)?.meshes.find(({ name }) => name === ref.mesh);
    if (found !== undefined) return found;
    throw this.#unknown(ref);
  }

  /** @throws Problem MESH_UNKNOWN */
  issuerOf(ref: MeshRef): ReturnType<IssuerBook['issuerOf']> {
    const { issuer } = this.mesh(ref);
    return { kind: issuer.kind, online: onlineIssuer(issuer, this.#credentials) };
  }

  /** @throws Problem MESH_UNKNOWN */
  namesOf(ref: Parameters<NameBook['namesOf']>[0]): MeshNames {
    const mesh = this.mesh(ref);
    const places = istiodPlaces(mesh);
    const istiods = ref.controlPlanes.flatMap((name) => places.get(name) ?? []);
    return { trustDomain: mesh.trustDomain, istiods };
  }

  #unknown({ fleet, mesh }: MeshRef): Problem {
    const known = [...this.#fleets.values()].flatMap(({ name, meshes }) =>
      meshes.map((one) => `${name}/${one.name}`),
    );
    return new Problem('MESH_UNKNOWN', {
      object: `mesh ${fleet}/${mesh}`,
      expected: known.length === 0 ? 'a fleet file' : known.join(', '),
    });
  }

  /** The store of evidence of the mesh's fleet. Throws Problem MESH_UNKNOWN. */
  evidence(ref: MeshRef): Promise<EvidenceStore> {
    return this.#stores.get(ref.fleet, async () => {
      const fleet = this.#fleets.get(ref.fleet);
      if (fleet === undefined) throw this.#unknown(ref);
      return openEvidenceStore(fleet.evidence, this.#credentials);
    });
  }

  /** @throws Problem CLUSTER_UNKNOWN */
  cluster(ref: ClusterRef): Cluster {
    const { clusters } = this.mesh(ref);
    const found = clusters.find(({ name }) => name === ref.cluster);
    if (found !== undefined) return found;
    const named = clusters.slice(0, mostNamed).map(({ name }) => name);
    const more = clusters.length - named.length;
    throw new Problem('CLUSTER_UNKNOWN', {
      object: `cluster ${ref.cluster} of mesh ${ref.fleet}/${ref.mesh}`,
      expected: `${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`,
    });
  }

  /**
   * One client a cluster, which reads its login again where the kubeconfig has changed, and another where the API
   * server is at another address then.
   * @throws Problem KUBECONFIG_INVALID
   */
  client(ref: ClusterRef): ClusterClient {
    const key = keyOf(ref);
    const known = this.#clients.get(key);
    if (known?.isHere() === true) return known.client;
    const client = connectCluster(this.cluster(ref));
    const server = serverOf(client);
    this.#clients.set(key, { client, isHere: () => serverOf(client) === server });
    return client;
  }

  /** Every revision of istiod in a cluster that has one, the fleet file's first. */
  controlPlanes(ref: ClusterRef): Promise<readonly ControlPlane[]> {
    return this.#planes.get(keyOf(ref), () => discoverControlPlanes(this.client(ref), this.cluster(ref)));
  }

  /** Where the control plane in a cluster has its CA from. */
  sourceOf(ref: ClusterRef): Promise<PlaneSource> {
    return this.#sources.get(keyOf(ref), () =>
      planeSource({
        cluster: this.cluster(ref),
        client: this.client(ref),
        planes: () => this.controlPlanes(ref),
        credentials: this.#credentials,
      }),
    );
  }

  /**
   * One write unit, by a look at its own control planes only.
   * @throws Problem UNIT_UNKNOWN where these no longer share one CA source
   */
  async unit(ref: UnitRef): Promise<WriteUnit> {
    const { fleet, mesh, controlPlanes } = ref;
    const sources = await Promise.all(
      controlPlanes.map((cluster) => this.sourceOf({ fleet, mesh, cluster })),
    );
    return writeUnitOf(ref, this.mesh(ref).clusters, sources);
  }

  async of(ref: UnitRef): Promise<CaSource> {
    return (await this.unit(ref)).source;
  }

  /** What the workloads of a cluster are looked at by; a cluster without an istiod has its primary's namespace. */
  async clusterOf(ref: ClusterRef): Promise<{
    readonly client: ClusterClient;
    readonly istioNamespace: string;
    readonly trustDomain: string;
    readonly lookEvery: number;
    readonly execFallback: boolean;
  }> {
    const { istioNamespace, controlPlane, execFallback } = this.cluster(ref);
    const { trustDomain, limits } = this.mesh(ref);
    const known = { client: this.client(ref), trustDomain, lookEvery: limits.censusEvery, execFallback };
    if (istioNamespace !== undefined) return { ...known, istioNamespace };
    const [plane] = await this.controlPlanes({ ...ref, cluster: controlPlane });
    return { ...known, istioNamespace: plane?.namespace ?? 'istio-system' };
  }

  /** A token for probes of the istiods in a namespace; a credential, not to leave the caller's scope. */
  probeToken(ref: ClusterRef, namespace: string): Promise<string> {
    return this.#tokens.get(`${keyOf(ref)} ${namespace}`, () => probeToken(this.client(ref), namespace));
  }
}

function serverOf({ config }: ClusterClient): string {
  return config.getCurrentCluster()?.server ?? '';
}

function keyOf({ fleet, mesh, cluster }: ClusterRef): string {
  return `${fleet}/${mesh}/${cluster}`;
}
