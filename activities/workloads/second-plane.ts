import { type V1ConfigMap } from '@kubernetes/client-node';
import { parseBundle } from '../../pki/bundle.ts';
import { type Certificate } from '../../pki/certificate.ts';
import { nameOf } from '../../pki/path.ts';
import { sameSet, type Fingerprint } from '../../rotation/trust.ts';
import { type SecondPlaneEvidence } from '../contract.ts';
import { type ClusterClient } from '../kube/connect.ts';
import { listAll } from '../kube/list-all.ts';
import { waitFor } from '../kube/wait.ts';
import { listMeshPods, type ProxyPod } from './pods.ts';

const configMapName = 'istio-ca-root-cert';
const key = 'root-cert.pem';
const mostNamed = 5;

/** What agents and the API server's webhook clients trust, in one namespace. */
export interface NamespaceTrust {
  readonly namespace: string;
  /** In the order of the ConfigMap; undefined where there is none, or nothing in it can be read. */
  readonly roots: readonly Fingerprint[] | undefined;
  readonly certificates: readonly Certificate[];
  /** In words. */
  readonly holds: string;
}

/** The ConfigMap istio-ca-root-cert of each of the namespaces. Throws Problem as the API server refuses. */
export async function readSecondPlane(
  client: ClusterClient,
  namespaces: readonly string[],
): Promise<readonly NamespaceTrust[]> {
  const maps = await listAll(`configmaps ${configMapName} of cluster ${client.name}`, (page) =>
    client.core.listConfigMapForAllNamespaces({ fieldSelector: `metadata.name=${configMapName}`, ...page }),
  );
  const byNamespace = new Map(
    maps
      .filter(({ metadata }) => metadata?.name === configMapName)
      .map((map) => [map.metadata?.namespace ?? '', map]),
  );
  return namespaces.map((namespace) => trustOf(namespace, byNamespace.get(namespace)));
}

/** The namespaces that have proxies, sorted. */
export function namespacesOf(proxies: readonly ProxyPod[]): readonly string[] {
  return [...new Set(proxies.map(({ namespace }) => namespace))].sort();
}

/**
 * Heartbeats until istio-ca-root-cert holds exactly `roots` in every namespace with proxies.
 * Throws Problem SECOND_PLANE_STALE at the limit, or as the API server refuses.
 */
export async function secondPlaneIs(
  client: ClusterClient,
  o: { readonly roots: readonly Fingerprint[]; readonly limit: number; readonly now: () => Date },
): Promise<SecondPlaneEvidence> {
  let waitingFor = '';
  let waited = false;
  return waitFor({
    object: `${configMapName} in cluster ${client.name}`,
    code: 'SECOND_PLANE_STALE',
    expected: `the ${o.roots.length} expected roots in every namespace with proxies`,
    limitSeconds: o.limit,
    everySeconds: 1,
    onWait: () => waitingFor,
    look: async () => {
      const namespaces = namespacesOf((await listMeshPods(client)).proxies);
      const wrong = (await readSecondPlane(client, namespaces)).filter(
        ({ roots }) => roots === undefined || !sameSet(roots, o.roots),
      );
      const at = o.now().toISOString();
      if (wrong.length === 0) {
        return { at, namespaces: namespaces.length, changedAt: waited ? at : undefined };
      }
      waited = true;
      waitingFor = describe(wrong);
      return undefined;
    },
  });
}

function trustOf(namespace: string, map: V1ConfigMap | undefined): NamespaceTrust {
  const pem = map?.data?.[key];
  if (pem === undefined) return { namespace, roots: undefined, certificates: [], holds: 'nothing' };
  try {
    const roots = parseBundle(pem, `configmap ${namespace}/${configMapName}`);
    return {
      namespace,
      roots: roots.map(({ fingerprint }) => fingerprint),
      certificates: roots,
      holds: roots.map(nameOf).join(', '),
    };
  } catch {
    // istiod writes it anew as soon as it is wrong, so that garbage is waited out like any other old content.
    return { namespace, roots: undefined, certificates: [], holds: 'something that is no certificate' };
  }
}

function describe(wrong: readonly NamespaceTrust[]): string {
  const named = wrong.slice(0, mostNamed).map(({ namespace, holds }) => `${namespace} holds ${holds}`);
  const more = wrong.length - named.length;
  return `${named.join('; ')}${more > 0 ? `; and ${more} more namespaces` : ''}`;
}
