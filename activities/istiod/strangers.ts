import { Problem } from '../../problems/problem.ts';
import type { ClusterRef, MeshWorld } from '../mesh-world.ts';
import { readRemoteClusters } from './remote-clusters.ts';
import type { Warning } from './warning.ts';

/** Clusters that an istiod knows and the fleet file lacks, by istiod's names of them. */
export interface Strangers {
  readonly strangers: readonly string[];
  readonly warnings: readonly Warning[];
}

/**
 * A cluster is known by its name or by the address of its API server. Rights to read Secrets may be withheld:
 * then nothing is known of strangers, and that is warned of.
 */
export async function strangersOf(world: MeshWorld, ref: ClusterRef, namespace: string): Promise<Strangers> {
  const { clusters } = world.mesh(ref);
  try {
    const remotes = await readRemoteClusters(world.client(ref), namespace);
    const names = new Set(clusters.map(({ name }) => name));
    const servers = clusters.map(({ name }) => serverOf(world, { ...ref, cluster: name }));
    const unknown = remotes.filter(
      ({ id, server }) => !names.has(id) && (server === undefined || !servers.includes(server)),
    );
    const ids = unknown.map(({ id }) => id);
    if (ids.length === 0 || servers.every((server) => server !== undefined))
      return { strangers: ids, warnings: [] };
    // A worker that reaches some clusters only has no kubeconfig of the others: one of them may go by this name.
    const text = `istiod serves ${ids.join(', ')}, which may be clusters of the fleet file whose kubeconfig is not here`;
    return { strangers: [], warnings: [{ code: 'REMOTE_CLUSTER_UNCOMPARED', cluster: ref.cluster, text }] };
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'CLUSTER_FORBIDDEN') throw error;
    const text = `remote clusters of istiod are not known: ${error.message}`;
    return { strangers: [], warnings: [{ code: 'REMOTE_SECRETS_UNREADABLE', cluster: ref.cluster, text }] };
  }
}

/** The address of a cluster's API server; undefined where its kubeconfig cannot be used. */
function serverOf(world: MeshWorld, ref: ClusterRef): string | undefined {
  try {
    return world.client(ref).config.getCurrentCluster()?.server;
  } catch (error) {
    if (error instanceof Problem && error.code === 'KUBECONFIG_INVALID') return undefined;
    throw error;
  }
}
