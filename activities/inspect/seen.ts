import { composeBundle } from '../../pki/bundle.ts';
import { Problem } from '../../problems/problem.ts';
import type { SeenCluster } from '../../rotation/trusting.ts';
import type { Fingerprint } from '../../rotation/trust.ts';
import { anchorsOf } from '../ca-source.ts';
import { observePlane } from '../istiod/observe-plane.ts';
import type { ClusterRef, MeshWorld } from '../mesh-world.ts';
import { countCluster } from '../workloads/count.ts';

/** What could be seen of a cluster, and why the rest could not. */
export interface Seeing {
  readonly seen: SeenCluster;
  readonly unseen: readonly Problem[];
}

/**
 * Looks at source, istiods and every proxy of a cluster, each for itself: somebody who asks who trusts a root has
 * trouble already, and a part that cannot be seen must not hide the others.
 */
export async function seeCluster(world: MeshWorld, ref: ClusterRef): Promise<Seeing> {
  const unseen: Problem[] = [];
  const orUnseen = async <T>(look: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await look();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      // A cluster that does not answer is told of once.
      if (!unseen.some(({ code }) => code === error.code)) unseen.push(error);
      return undefined;
    }
  };
  const isPrimary = world.cluster(ref).controlPlane === ref.cluster;
  const reading = isPrimary
    ? await orUnseen(async () => (await world.sourceOf(ref)).source.read())
    : undefined;
  const trusted = composeBundle(reading === undefined ? [] : anchorsOf(reading));
  const [istiods, workloads] = await Promise.all([
    isPrimary ? orUnseen(() => istiodsOf(world, ref, trusted)) : undefined,
    orUnseen(async () => (await countCluster(await world.clusterOf(ref))).observed),
  ]);
  return {
    seen: {
      cluster: ref.cluster,
      ...(reading === undefined
        ? {}
        : { source: { roots: reading.observed.roots, signer: signerOf(reading.observed) } }),
      istiods: istiods ?? [],
      ...(workloads === undefined ? {} : { workloads }),
    },
    unseen,
  };
}

async function istiodsOf(world: MeshWorld, ref: ClusterRef, trusted: string) {
  const planes = await world.controlPlanes(ref);
  const seen = await Promise.all(planes.map((plane) => observePlane(world, ref, plane, trusted)));
  return seen.flatMap(({ istiods }) => istiods);
}

function signerOf({ signer }: { readonly signer: { readonly fingerprint: Fingerprint } | undefined }) {
  return signer?.fingerprint;
}
