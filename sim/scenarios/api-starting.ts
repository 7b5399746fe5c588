import type { FleetCluster } from '../fleet.ts';
import { breakApi } from './api.ts';
import type { Broken } from './broken.ts';
import { inEveryPhase, stopsInEveryPhase } from './phases.ts';
import type { Scenario } from './scenario.ts';

/** Milliseconds of either part of a start: the very first one of a real API server takes so long to load. */
const starts = 2_000;

export const apiStarting: Scenario = {
  name: 'api-starting',
  title: 'An API server starts again, and refuses everybody (403) until it has loaded who may do what',
  on: 'live',
  rotation: 'root',
  strikes: inEveryPhase({ is: 'rides out' }),
  todo: '-',
  set: ({ cluster }) => {
    const { access } = cluster.mesh.cluster;
    const timers: NodeJS.Timeout[] = [];
    // From when it is first asked: on a busy machine a write may take longer than that.
    const onStrike = () => {
      if (timers.length > 0) return;
      timers.push(
        setTimeout(() => (access.start = 'serves'), starts),
        setTimeout(() => (access.start = 'ready'), 2 * starts),
      );
    };
    const { mend, met } = startAgain(cluster, onStrike);
    const end = () => {
      timers.forEach(clearTimeout);
      return mend();
    };
    return { mend: end, met };
  },
};

export const apiStartingLong: Scenario = {
  name: 'api-starting-long',
  title: 'The start of an API server takes longer than a step may wait for it',
  on: 'live',
  rotation: 'root',
  strikes: [
    { phase: 'plan', outcome: { is: 'is not planned', code: 'CLUSTER_STARTING' } },
    ...stopsInEveryPhase('SYNC_TIMED_OUT', 'HANDSHAKE_NOT_MADE'),
  ],
  todo: 'mend what keeps it from being ready, as its etcd, then `retry`; while it is looked at rather than waited for, it takes some ten minutes to stop, as `CLUSTER_STARTING`',
  file: { limits: { sync: '6s' } },
  set: ({ cluster }) => startAgain(cluster),
};

/** Every connection is cut, what watches were served from is lost, and whoever is no administrator gets a 403. */
function startAgain(cluster: FleetCluster, onStrike?: () => void): Broken {
  const { access, faults, store } = cluster.mesh.cluster;
  const { mend: forget, met } = breakApi(cluster, {
    matches: () => access.start === 'loads',
    ...(onStrike && { onStrike }),
  });
  store.history.restarted(store.version);
  access.start = 'loads';
  faults.cutAll();
  const mend = () => {
    access.start = 'ready';
    return forget();
  };
  return { mend, met };
}
