import { Problem } from '../../problems/problem.ts';
import { type ClusterRef, type MeshWorld } from '../mesh-world.ts';
import { readRemoteClusters } from './remote-clusters.ts';
import { type Warning } from './warning.ts';

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
    const servers = new Set(
      clusters.map(({ name }) => world.client({ ...ref, cluster: name }).config.getCurrentCluster()?.server),
    );
    const unknown = remotes.filter(({ id, server }) => !names.has(id) && !servers.has(server));
    return { strangers: unknown.map(({ id }) => id), warnings: [] };
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'CLUSTER_FORBIDDEN') throw error;
    const text = `remote clusters of istiod are not known: ${error.message}`;
    return { strangers: [], warnings: [{ code: 'REMOTE_SECRETS_UNREADABLE', cluster: ref.cluster, text }] };
  }
}
