import type { ClusterProfile } from '../../sim/demo/profiles.ts';
import { podTemplate } from '../../sim/demo/workload-objects.ts';
import type { NewObject } from '../../sim/world.ts';

const namespace = 'payments';

/** The life of a leaf that nobody can have renewed by a restart. */
const leafTtl = 20_000;

/** What a cluster has beside the simulated one's: a pod without an owner, and a budget for evictions, of which restarts are none. */
export function besideObjects(profile: ClusterProfile): readonly NewObject[] {
  const name = 'importer';
  const settings = { ...profile.settings, leafTtl };
  const { metadata, spec } = podTemplate({ name, proxy: 'sidecar' }, { ...profile, settings });
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } },
    { apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, name, namespace }, spec },
    {
      ...{ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'ledger', namespace } },
      spec: { minAvailable: 1, selector: { matchLabels: { app: 'ledger' } } },
    },
  ];
}
