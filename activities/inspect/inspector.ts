import { composeBundle } from '../../pki/bundle.ts';
import { Problem } from '../../problems/problem.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import { anchorsOf } from '../ca-source.ts';
import { guarded } from '../failure.ts';
import { type ClusterRef, MeshWorld } from '../mesh-world.ts';
import { inspectIstiods } from './istiods.ts';
import type { Place } from './place.ts';
import { inspectProxy } from './proxy.ts';
import { seeCluster, type Seeing } from './seen.ts';
import { inspectSecret, type ObjectName } from './secret.ts';
import { inspectSource } from './source.ts';

/** Looks at the CAs of one mesh, cluster by cluster, and changes nothing. */
export interface Inspector {
  source(cluster: string): Promise<Place>;
  /** Every revision and replica, by probe. */
  istiods(cluster: string): Promise<readonly Place[]>;
  proxy(cluster: string, pod: ObjectName): Promise<Place>;
  secret(cluster: string, secret: ObjectName): Promise<Place>;
  /** For the question who trusts what: source, istiods and every proxy. */
  see(cluster: string): Promise<Seeing>;
}

/** Each call throws what `guarded` makes of a Problem: without anything that looks like a secret. */
export function createInspector(
  { fleet, mesh }: { readonly fleet: Fleet; readonly mesh: string },
  now = () => new Date(),
): Inspector {
  const world = new MeshWorld({ fleets: [fleet] });
  const refOf = (cluster: string): ClusterRef => ({ fleet: fleet.name, mesh, cluster });
  return guarded<Inspector>({
    source: async (cluster) => inspectSource(cluster, await world.sourceOf(refOf(cluster)), now()),
    istiods: async (cluster) => inspectIstiods(world, refOf(cluster), await trustedBy(world, refOf(cluster))),
    proxy: async (cluster, pod) => {
      const ref = refOf(cluster);
      const { execFallback } = world.cluster(ref);
      return inspectProxy({ client: world.client(ref), execFallback }, pod, now());
    },
    secret: async (cluster, secret) => inspectSecret(world.client(refOf(cluster)), secret, now()),
    see: (cluster) => seeCluster(world, refOf(cluster)),
  });
}

/** The roots of a cluster's CA source, where it can be read: a help to probes, which go without. */
async function trustedBy(world: MeshWorld, ref: ClusterRef): Promise<string> {
  try {
    return composeBundle(anchorsOf(await (await world.sourceOf(ref)).source.read()));
  } catch (error) {
    if (error instanceof Problem) return '';
    throw error;
  }
}
