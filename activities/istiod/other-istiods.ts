import type { ClusterClient } from '../kube/connect.ts';
import { listAll } from '../kube/list-all.ts';

/**
 * Namespaces of a cluster in which another istiod runs than in the one that is looked at, each as
 * `istio-system of west`. Its proxies are counted in every census, and what it signs nobody looks at. Pods may be
 * listed wherever a census may be taken.
 */
export async function otherIstiods(client: ClusterClient, namespace: string): Promise<readonly string[]> {
  const pods = await listAll(`istiod pods of cluster ${client.name}`, (page) =>
    client.core.listPodForAllNamespaces({ labelSelector: 'app=istiod', ...page }),
  );
  const others = pods
    .filter(({ status }) => status?.phase !== 'Failed' && status?.phase !== 'Succeeded')
    .map(({ metadata }) => metadata?.namespace ?? '')
    .filter((other) => other !== namespace);
  return [...new Set(others)].sort().map((other) => `${other} of ${client.name}`);
}
