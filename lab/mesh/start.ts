import type { KubeConfig } from '@kubernetes/client-node';
import { Problem } from '../../problems/problem.ts';
import type { ClusterProfile } from '../../sim/demo/profiles.ts';
import { Looks } from '../looks.ts';
import { keepsEnding } from './keeps-ending.ts';
import { applyObjects, type Applier } from './apply.ts';
import { meshObjects } from './objects.ts';
import { notRolledOut } from './rolled-out.ts';

/** On a machine that does much else beside. */
const readyLimitMs = 120_000;

/**
 * Applies to a cluster what makes it one of AKS with the Istio add-on, and waits until every workload is ready. Throws
 * LAB_OBJECT_REFUSED, LAB_NOT_READY and the signal's reason.
 */
export async function startMesh(
  applier: Applier,
  config: KubeConfig,
  profile: ClusterProfile,
): Promise<void> {
  await applyObjects(applier, meshObjects(profile));
  let waitsFor: readonly string[] = [];
  const looks = new Looks(async () => {
    waitsFor = await notRolledOut(config);
    return waitsFor.length === 0;
  });
  if (await looks.areTrueWithin(readyLimitMs, applier.signal)) return;
  // Not asked again: that it cannot be told must not hide what is not ready.
  const ending = await keepsEnding(config).catch(() => undefined);
  throw new Problem('LAB_NOT_READY', {
    object: applier.cluster,
    expected: `every workload ready within ${readyLimitMs / 1000} s`,
    found: `${waitsFor.join(', ')}${looks.lastError}${ending === undefined ? '' : `; ${ending}`}`,
  });
}
