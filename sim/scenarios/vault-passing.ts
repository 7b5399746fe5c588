import type { Fault } from '../key-vault/faults.ts';
import { inEveryPhase } from './phases.ts';
import type { Scenario } from './scenario.ts';
import { breakVault, byMeshturn } from './vault.ts';

type Passing = Pick<Scenario, 'name' | 'title'> & Pick<Fault, 'effect' | 'times'>;

/** What Key Vault gets over by itself: the request is made again, and a write is looked for before it is repeated. */
const passing: readonly Passing[] = [
  {
    name: 'vault-throttled',
    title: 'Key Vault throttles (429 with Retry-After)',
    ...{ effect: { kind: 'status', status: 429, retryAfterSeconds: 1 }, times: 3 },
  },
  {
    name: 'vault-failing',
    title: 'Key Vault fails in bursts (503)',
    ...{ effect: { kind: 'status', status: 503 }, times: 4 },
  },
  {
    name: 'vault-answer-lost',
    title: 'Key Vault writes a version, and its answer is lost',
    ...{ effect: { kind: 'cut', when: 'after' }, times: 1 },
  },
];

export const vaultPassing: readonly Scenario[] = passing.map(({ name, title, effect, times = 1 }) => ({
  ...{ name, title, on: 'live', rotation: 'root', todo: '-' },
  strikes: inEveryPhase({ is: 'rides out' }),
  set: ({ cluster }) =>
    breakVault(cluster, {
      matches: (request) => byMeshturn(request) && (effect.kind !== 'cut' || request.method === 'PUT'),
      ...{ effect, times },
    }),
}));
