import { composeBundle } from '../../pki/bundle.ts';
import { certFacts } from '../../pki/certificate.ts';
import type { ObservedUnit, ReloadMode } from '../../rotation/observed.ts';
import type { CertFacts } from '../../rotation/trust.ts';
import { anchorsOf } from '../ca-source.ts';
import type { UnitRef } from '../contract.ts';
import type { ClusterRef, MeshWorld } from '../mesh-world.ts';
import { countCluster } from '../workloads/count.ts';
import { intervalOf } from './cron-job-warnings.ts';
import { observePlane } from './observe-plane.ts';
import { otherIstiods } from './other-istiods.ts';
import { demandRotatable } from './rotatable.ts';
import { strangersOf } from './strangers.ts';

/**
 * One write unit as it is now: its source, every istiod replica by probe, every cluster that it serves.
 * @throws Problem where the unit cannot be rotated or cannot be seen
 */
export async function observeUnit(world: MeshWorld, ref: UnitRef): Promise<ObservedUnit> {
  const { fleet, mesh } = ref;
  const unit = await world.unit(ref);
  const primaries = unit.controlPlanes.map(({ cluster }) => ({ fleet, mesh, cluster }));
  // What the fleet file and the clusters contradict each other in is told before a vault that may be the wrong one.
  await Promise.all(primaries.map((primary) => demandRotatable(world, primary)));
  const reading = await unit.source.read();
  const trusted = composeBundle(anchorsOf(reading));
  const looking = Promise.all(primaries.map((primary) => observePrimary(world, primary, trusted)));
  const longestLeaf = looking.then((seen) => Math.max(...seen.flatMap(({ longestLeaves }) => longestLeaves)));
  const [planes, clusters] = await Promise.all([
    looking,
    Promise.all(
      unit.clusters.map(async ({ name: cluster }) =>
        countCluster(await world.clusterOf({ fleet, mesh, cluster }), longestLeaf),
      ),
    ),
    longestLeaf,
  ]);
  const certificates: readonly CertFacts[] = [
    ...reading.certificates.map(certFacts),
    ...planes.flatMap((plane) => plane.certificates.map(certFacts)),
    ...clusters.flatMap((cluster) => cluster.certificates),
  ];
  return {
    unit: ref.unit,
    controlPlanes: primaries.map(({ cluster }) => cluster),
    source: reading.observed,
    ...reloadOf(planes.flatMap(({ reloads }) => reloads)),
    istiods: planes.flatMap(({ istiods }) => istiods),
    clusters: clusters.map(({ observed }) => observed),
    certificates: [...new Map(certificates.map((facts) => [facts.fingerprint, facts])).values()],
    strangers: [...new Set(planes.flatMap(({ strangers }) => strangers))],
    otherIstiods: planes.flatMap(({ others }) => others),
    warnings: [...planes, ...clusters].flatMap(({ warnings }) => warnings),
  };
}

/** All that is in one cluster with an istiod. */
async function observePrimary(world: MeshWorld, ref: ClusterRef, trusted: string) {
  const planes = await world.controlPlanes(ref);
  const seen = await Promise.all(planes.map((plane) => observePlane(world, ref, plane, trusted)));
  const namespace = planes[0]?.namespace ?? '';
  const remote = await strangersOf(world, ref, namespace);
  return {
    istiods: seen.flatMap(({ istiods }) => istiods),
    certificates: seen.flatMap(({ certificates }) => certificates),
    warnings: [...seen.flatMap(({ warnings }) => warnings), ...remote.warnings],
    strangers: remote.strangers,
    others: await otherIstiods(world.client(ref), namespace),
    longestLeaves: seen.map(({ longestLeaf }) => longestLeaf),
    reloads: planes.map(({ reload, cronJob }) => ({
      reload,
      every: cronJob === undefined ? undefined : intervalOf(cronJob),
    })),
  };
}

/** A unit is as slow as the slowest of its control planes. */
function reloadOf(
  planes: readonly { readonly reload: ReloadMode; readonly every: number | undefined }[],
): Pick<ObservedUnit, 'reload' | 'cronJobEvery'> {
  const order = ['restart', 'cronjob', 'live'] as const;
  const reload = order.find((mode) => planes.some((plane) => plane.reload === mode)) ?? 'live';
  const intervals = planes.flatMap(({ every }) => every ?? []);
  if (reload !== 'cronjob' || intervals.length === 0) return { reload };
  return { reload, cronJobEvery: Math.max(...intervals) };
}
