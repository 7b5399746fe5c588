import type { Client } from '@temporalio/client';
import type { Fleet } from '../fleet/fleet.ts';
import type { Activities } from './contract.ts';
import { createEvidenceActivities } from './evidence/activities.ts';
import { guarded } from './failure.ts';
import { createIssuerActivities } from './issuer/activities.ts';
import { createIstiodActivities } from './istiod/activities.ts';
import { MeshWorld } from './mesh-world.ts';
import { createSourceActivities } from './source-activities.ts';
import { createTemporalActivities } from './temporal/activities.ts';
import { createWorkloadActivities } from './workloads/activities.ts';

/** The activities that look at the fleet, and act on it: all but those that need the Temporal server. */
export type FleetActivities = Omit<Activities, 'describeUnits' | 'describeRotation' | 'storeEvidence'>;

/** Every activity, over the world of some fleet files and, where there is one, the server that runs them. */
export function createActivities(o: {
  readonly fleets: readonly Fleet[];
  readonly client: Client;
}): Activities;
export function createActivities(o: { readonly fleets: readonly Fleet[] }): FleetActivities;
export function createActivities({
  fleets,
  client,
}: {
  readonly fleets: readonly Fleet[];
  readonly client?: Client;
}): FleetActivities {
  const world = new MeshWorld({ fleets });
  return guarded({
    ...createIstiodActivities({ world }),
    ...createSourceActivities({
      sources: world,
      names: world,
      issuers: client === undefined ? undefined : world,
    }),
    ...createIssuerActivities({ sources: world, issuers: world, names: world }),
    ...createWorkloadActivities({ clusterOf: (ref) => world.clusterOf(ref) }),
    ...(client === undefined
      ? {}
      : {
          ...createTemporalActivities({ client }),
          ...createEvidenceActivities({ client, storeOf: (ref) => world.evidence(ref) }),
        }),
  });
}
