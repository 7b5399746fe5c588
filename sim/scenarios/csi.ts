import { counted } from './broken.ts';
import { stopsInEveryPhase } from './phases.ts';
import type { Scenario } from './scenario.ts';
import { breakVault } from './vault.ts';

export const csiForbidden: Scenario = {
  name: 'csi-forbidden',
  title: 'Key Vault refuses the CSI driver’s identity (403)',
  on: 'live',
  rotation: 'root',
  strikes: stopsInEveryPhase('SYNC_TIMED_OUT'),
  todo: 'give the add-on’s identity get on secrets (Key Vault Secrets User), then `retry`',
  file: { limits: { sync: '10s' } },
  set: ({ cluster }) =>
    breakVault(cluster, {
      matches: ({ caller }) => caller.name === 'azurekeyvaultsecretsprovider',
      effect: { kind: 'status', status: 403 },
    }),
};

export const csiStuck: Scenario = {
  name: 'csi-stuck',
  title: 'The CSI driver is stuck on one node',
  on: 'live',
  rotation: 'root',
  strikes: stopsInEveryPhase('SYNC_TIMED_OUT'),
  todo: 'restart the driver’s pod on the node of the replica named, or move the replica, then `retry`',
  file: { limits: { sync: '10s' } },
  set: ({ cluster }) => {
    const { onStrike, met } = counted();
    return { mend: cluster.mesh.csiFaults.stick('node-0', onStrike), met };
  },
};
