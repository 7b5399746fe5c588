import { sameSet, type Fingerprint } from '../../rotation/trust.ts';
import type { SecondPlaneEvidence } from '../contract.ts';
import type { ClusterClient } from '../kube/connect.ts';
import { listAll } from '../kube/list-all.ts';
import { waitFor } from '../kube/wait.ts';
import type { WorkloadCluster } from './cluster.ts';
import { listMeshPods, type MeshPods } from './pods.ts';
import { configMapName, configMapPlace, type TrustPlace } from './trust-place.ts';
import { readWebhooks } from './webhooks.ts';

const mostNamed = 5;

/** The second trust plane of a cluster at one instant. */
export interface SecondPlane {
  /** The ConfigMap istio-ca-root-cert of every namespace with proxies. */
  readonly namespaces: readonly TrustPlace[];
  /** The webhooks that istiod keeps. */
  readonly webhooks: readonly TrustPlace[];
}

/** Throws Problem as the API server refuses. */
export async function readSecondPlane(
  { client, istioNamespace: namespace }: WorkloadCluster,
  { proxies, revisions }: MeshPods,
): Promise<SecondPlane> {
  const wanted = [...new Set(proxies.map((pod) => pod.namespace))].sort();
  const [maps, webhooks] = await Promise.all([
    readConfigMaps(client),
    readWebhooks(client, { namespace, revisions }),
  ]);
  return { namespaces: wanted.map((name) => configMapPlace(name, maps.get(name))), webhooks };
}

/** By namespace. */
async function readConfigMaps(client: ClusterClient) {
  const maps = await listAll(`configmaps ${configMapName} of cluster ${client.name}`, (page) =>
    client.core.listConfigMapForAllNamespaces({ fieldSelector: `metadata.name=${configMapName}`, ...page }),
  );
  return new Map(
    maps
      .filter(({ metadata }) => metadata?.name === configMapName)
      .map((map) => [map.metadata?.namespace ?? '', map]),
  );
}

/**
 * Heartbeats until istio-ca-root-cert holds exactly `roots` in every namespace with proxies, and so does the
 * caBundle of every webhook of istiod. Throws Problem SECOND_PLANE_STALE at the limit, or as the API server
 * refuses.
 */
export async function secondPlaneIs(
  cluster: WorkloadCluster,
  o: { readonly roots: readonly Fingerprint[]; readonly limit: number; readonly now: () => Date },
): Promise<SecondPlaneEvidence> {
  let waitingFor = '';
  let waited = false;
  return waitFor({
    object: `second trust plane of cluster ${cluster.client.name}`,
    code: 'SECOND_PLANE_STALE',
    expected: `the ${o.roots.length} expected roots in ${configMapName} of every namespace with proxies and in every webhook of istiod`,
    limitSeconds: o.limit,
    everySeconds: cluster.lookEvery,
    onWait: () => waitingFor,
    look: async () => {
      const { namespaces, webhooks } = await readSecondPlane(cluster, await listMeshPods(cluster.client));
      const wrong = [...namespaces, ...webhooks].filter(
        ({ roots }) => roots === undefined || !sameSet(roots, o.roots),
      );
      const at = o.now().toISOString();
      if (wrong.length === 0) {
        const changedAt = waited ? at : undefined;
        return { at, namespaces: namespaces.length, webhooks: webhooks.length, changedAt };
      }
      waited = true;
      waitingFor = describe(wrong);
      return undefined;
    },
  });
}

function describe(wrong: readonly TrustPlace[]): string {
  const named = [...new Set(wrong.map(({ where, holds }) => `${where} holds ${holds}`))];
  const more = named.length - mostNamed;
  return `${named.slice(0, mostNamed).join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}
