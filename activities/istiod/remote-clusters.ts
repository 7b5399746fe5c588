import { parse } from 'yaml';
import { z } from 'zod';
import type { ClusterClient } from '../kube/connect.ts';
import { listAll } from '../kube/list-all.ts';

/** Remote secrets: what istiod reads to reach the clusters it serves (pilot/pkg/…/multicluster). */
const labelSelector = 'istio/multiCluster=true';

const kubeconfig = z.object({ clusters: z.array(z.object({ cluster: z.object({ server: z.string() }) })) });

/** A cluster that an istiod knows of. */
export interface RemoteCluster {
  /** istiod's name of it, which need not be the fleet file's. */
  readonly id: string;
  /** Of its API server; undefined where the kubeconfig cannot be read. */
  readonly server: string | undefined;
}

/** Clusters by istiod's remote secrets. Of the kubeconfigs in them only the server's address is looked at. */
export async function readRemoteClusters(
  client: ClusterClient,
  namespace: string,
): Promise<readonly RemoteCluster[]> {
  const secrets = await listAll(`remote secrets in ${namespace} of cluster ${client.name}`, (page) =>
    client.core.listNamespacedSecret({ namespace, labelSelector, ...page }),
  );
  return secrets.flatMap(({ data = {} }) =>
    Object.entries(data).map(([id, value]) => ({ id, server: serverIn(value) })),
  );
}

function serverIn(base64: string): string | undefined {
  const parsed = kubeconfig.safeParse(yamlOf(Buffer.from(base64, 'base64').toString('utf8')));
  return parsed.success ? parsed.data.clusters[0]?.cluster.server : undefined;
}

function yamlOf(text: string): unknown {
  try {
    return parse(text);
  } catch {
    // The parser's message would quote the kubeconfig, credentials and all.
    return undefined;
  }
}
