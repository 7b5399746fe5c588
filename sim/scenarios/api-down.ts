import { breakApi } from './api.ts';
import { inEveryPhase, stopsInEveryPhase } from './phases.ts';
import type { Scenario } from './scenario.ts';

export const apiAway: Scenario = {
  name: 'api-away',
  title: 'An API server is away for a moment',
  on: 'live',
  rotation: 'root',
  strikes: inEveryPhase({ is: 'rides out' }),
  todo: '-',
  set: ({ cluster }) => {
    // From when it is first missed: on a busy machine a write may take longer than that.
    let timer: NodeJS.Timeout | undefined;
    const onStrike = () => (timer ??= setTimeout(() => void mend(), 2_500));
    const { mend, met } = breakApi(cluster, { matches: () => true, cut: true, onStrike });
    const back = () => {
      clearTimeout(timer);
      return mend();
    };
    return { mend: back, met };
  },
};

export const apiDown: Scenario = {
  name: 'api-down',
  title: 'An API server is away for longer than a step may wait for it',
  on: 'live',
  rotation: 'root',
  strikes: [
    { phase: 'plan', outcome: { is: 'is not planned', code: 'CLUSTER_UNREACHABLE' } },
    ...stopsInEveryPhase('SYNC_TIMED_OUT', 'HANDSHAKE_NOT_MADE'),
  ],
  todo: 'bring the API server, or the way to it, back, then `retry`; while it is looked at rather than waited for, it takes some ten minutes to stop, as `CLUSTER_UNREACHABLE`',
  file: { limits: { sync: '6s' } },
  set: ({ cluster }) => breakApi(cluster, { matches: () => true, cut: true }),
};
