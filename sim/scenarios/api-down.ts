import { type Scenario } from './scenario.ts';

export const apiDown: Scenario = {
  name: 'api-down',
  title: 'An API server is away for longer than a step may wait for it',
  on: 'live',
  rotation: 'intermediate',
  everyPhase: true,
  strikes: [
    { phase: 'plan', outcome: { is: 'is not planned', code: 'CLUSTER_UNREACHABLE' } },
    { phase: 'activate', outcome: { is: 'stops', code: 'SYNC_TIMED_OUT' } },
  ],
  todo: 'bring the API server, or the way to it, back, then `retry`',
  file: { limits: { sync: '6s' } },
  set: ({ cluster }) => cluster.mesh.cluster.faults.set({ matches: () => true, cut: true }),
};
