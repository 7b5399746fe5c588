import { istioNamespace } from '../demo/istio-objects.ts';
import { awaitChange } from '../await-change.ts';
import type { FleetCluster } from '../fleet.ts';
import type { IstiodFault } from '../istiod/faults.ts';
import { restarted } from '../istiod/validator.ts';
import { type Broken, counted } from './broken.ts';

export function breakIstiod({ mesh }: FleetCluster, fault: IstiodFault): Broken {
  const { onStrike, met } = counted();
  return { mend: mesh.istiodFaults.set({ ...fault, onStrike }), met };
}

/** The same, where istiod hears of no mend until it is restarted. */
export function breakUntilRestart(cluster: FleetCluster, fault: IstiodFault): Broken {
  const { mend: takeBack, met } = breakIstiod(cluster, fault);
  const mend = async () => {
    await takeBack();
    await restartIstiod(cluster);
  };
  return { mend, met };
}

/** As `kubectl rollout restart deployment istiod-…` and `rollout status` do: ends when no pod from before is left. */
async function restartIstiod({ mesh, profile }: FleetCluster): Promise<void> {
  const { store } = mesh.cluster;
  const deployment = `istiod-${profile.revision}`;
  const pods = () =>
    store.list('pods', istioNamespace).filter(({ metadata }) => metadata.name.startsWith(`${deployment}-`));
  const before = new Set(pods().map(({ metadata }) => metadata.uid));
  store.change('deployments', istioNamespace, deployment, restarted);
  await awaitChange(store, 'pods', () => pods().every(({ metadata }) => !before.has(metadata.uid)));
}
