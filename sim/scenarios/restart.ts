import { istioNamespace } from '../demo/istio-objects.ts';
import type { FleetCluster } from '../fleet.ts';
import { restarted } from '../istiod/validator.ts';

/** As `kubectl rollout restart deployment istiod-…` does. */
export function restartIstiod({ mesh, profile }: FleetCluster): void {
  mesh.cluster.store.change('deployments', istioNamespace, `istiod-${profile.revision}`, restarted);
}
