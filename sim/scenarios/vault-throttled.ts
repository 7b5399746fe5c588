import { byMeshturn } from './vault.ts';
import { type Scenario } from './scenario.ts';

export const vaultThrottled: Scenario = {
  name: 'vault-throttled',
  title: 'Key Vault throttles (429 with Retry-After)',
  on: 'live',
  rotation: 'intermediate',
  everyPhase: true,
  strikes: [{ phase: 'activate', outcome: { is: 'rides out' } }],
  todo: '-',
  set: ({ cluster }) =>
    cluster.vault.faults.add({
      matches: byMeshturn,
      effect: { kind: 'status', status: 429, retryAfterSeconds: 1 },
      times: 3,
    }),
};
