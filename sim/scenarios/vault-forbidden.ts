import { breakVault, byMeshturn } from './vault.ts';
import { stopsInEveryPhase } from './phases.ts';
import type { Scenario } from './scenario.ts';

export const vaultForbidden: Scenario = {
  name: 'vault-forbidden',
  title: 'Key Vault refuses the worker (403): its role was taken away',
  on: 'live',
  rotation: 'root',
  strikes: [
    { phase: 'plan', outcome: { is: 'is not planned', code: 'KEY_VAULT_FORBIDDEN' } },
    ...stopsInEveryPhase('KEY_VAULT_FORBIDDEN'),
  ],
  todo: 'give the role back with the command of the hint, then `retry`; Azure takes minutes to let it count',
  set: ({ cluster }) => breakVault(cluster, { matches: byMeshturn, effect: { kind: 'status', status: 403 } }),
};
