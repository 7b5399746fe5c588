import { breakUntilRestart } from './istiod.ts';
import { stopsInEveryPhase } from './phases.ts';
import type { Scenario } from './scenario.ts';

const common = { on: 'live', rotation: 'root' } as const;
const tenMinutes = 10 * 60_000;

export const clockAhead: Scenario = {
  name: 'clock-ahead',
  title: 'The clocks of istiod’s nodes are 10 minutes ahead',
  ...common,
  strikes: stopsInEveryPhase('LOAD_TIMED_OUT', 'HANDSHAKE_NOT_MADE'),
  todo: 'set the clocks right and restart istiod, then `retry`; a clock of the worker that is 10 minutes behind looks the same, in every cluster at once',
  breaksTraffic: {
    between: 'agents and istiod',
    reason: 'CERT_NOT_YET_VALID',
    why: 'istiod dates its own certificate and every leaf 8 minutes into the future; no workload is restarted or moved on to such a leaf by Meshturn, while one that restarts or renews by itself gets none',
  },
  file: { limits: { load: '8s' } },
  set: ({ cluster }) => breakUntilRestart(cluster, { clockAhead: tenMinutes }),
};

export const clockBehind: Scenario = {
  name: 'clock-behind',
  title: 'The clocks of istiod’s nodes are 10 minutes behind, and the new intermediate is younger than that',
  ...common,
  strikes: [
    { phase: 'activate', outcome: { is: 'stops', code: 'ISTIOD_REFUSED_CHAIN' } },
    { phase: 'revoke', outcome: { is: 'stops', code: 'ISTIOD_REFUSED_CHAIN' } },
  ],
  unmet: { phases: ['distribute'], why: 'the new intermediate is not loaded yet, and the old one is older' },
  todo: 'set the clocks right, or wait until the intermediate is old enough, and restart istiod, then `retry`; one that was made the day before is loaded all the same',
  set: ({ cluster }) => breakUntilRestart(cluster, { clockAhead: -tenMinutes }),
};
