import type { ApiRequest } from '../api/access.ts';
import type { Fault } from '../api/faults.ts';
import { breakApi } from './api.ts';
import { inEveryPhase } from './phases.ts';
import type { Scenario } from './scenario.ts';

/** What Meshturn opens for a while; commands in pods only where the fleet file lets it. */
const sessions = ['portforward', 'log'];

/** What an API server gets over by itself. */
const passing: readonly (Pick<Scenario, 'name' | 'title'> & { readonly faults: readonly Fault[] })[] = [
  {
    name: 'api-conflict',
    title: 'Somebody else changes an object at the same moment (409)',
    faults: [{ matches: ({ verb }) => verb === 'patch', status: 409, times: 2 }],
  },
  {
    name: 'api-expired',
    title: 'A list has expired at the API server (410)',
    faults: [{ matches: ({ verb }) => verb === 'list', status: 410, times: 3 }],
  },
  {
    name: 'api-throttled',
    title: 'An API server asks for fewer requests (429 with Retry-After)',
    faults: [{ matches: () => true, status: 429, retryAfter: 1, times: 4 }],
  },
  {
    name: 'api-failing',
    title: 'An API server fails in bursts (503)',
    faults: [{ matches: () => true, status: 503, times: 6 }],
  },
  {
    name: 'api-slow',
    title: 'An API server takes its time for every answer',
    faults: [{ matches: ({ subresource = '' }) => !sessions.includes(subresource), delay: 600 }],
  },
  {
    name: 'api-cuts-streams',
    title: 'Watches, logs and port-forwards are cut',
    faults: [
      { matches: ({ verb }) => verb === 'watch', ...{ cutAfter: 20, times: 4 } },
      ...sessions.map((session) => ({
        matches: ({ subresource }: ApiRequest) => subresource === session,
        ...{ cutAfter: 20, times: 4 },
      })),
    ],
  },
];

export const apiPassing: readonly Scenario[] = passing.map(({ name, title, faults }) => ({
  ...{ name, title, on: 'live', rotation: 'root', todo: '-' },
  strikes: inEveryPhase({ is: 'rides out' }),
  set: ({ cluster }) => breakApi(cluster, ...faults),
}));
