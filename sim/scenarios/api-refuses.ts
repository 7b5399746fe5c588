import { counted } from './broken.ts';
import { inEveryPhase, stopsInEveryPhase } from './phases.ts';
import type { Scenario } from './scenario.ts';

export const apiUnauthorized: Scenario = {
  name: 'api-unauthorized',
  title: 'The token for an API server has expired (401)',
  on: 'live',
  rotation: 'root',
  strikes: stopsInEveryPhase('CLUSTER_UNAUTHORIZED', 'HANDSHAKE_NOT_MADE'),
  todo: 'renew the kubeconfig where the worker reads it, which it does again, then `retry`',
  set: ({ fleet, cluster }) => {
    const login = fleet.login(cluster.profile.name);
    login.expire();
    const before = login.shown();
    return { mend: () => login.renew(), met: () => login.shown() - before };
  },
};

export const apiTokenRenewed: Scenario = {
  name: 'api-token-renewed',
  title: 'The token for an API server is renewed in the kubeconfig, and the old one expires',
  on: 'live',
  rotation: 'root',
  strikes: inEveryPhase({ is: 'rides out' }),
  todo: '-',
  set: ({ fleet, cluster }) => {
    const login = fleet.login(cluster.profile.name);
    const renewed = login.renew().then(() => login.expire());
    const next = fleet.login(cluster.profile.name);
    return { mend: () => renewed, met: () => next.shown() };
  },
};

export const apiForbidden: Scenario = {
  name: 'api-forbidden',
  title: 'An API server refuses a request (403)',
  on: 'live',
  rotation: 'root',
  strikes: [
    { phase: 'plan', outcome: { is: 'is not planned', code: 'CLUSTER_FORBIDDEN' } },
    ...stopsInEveryPhase('CLUSTER_FORBIDDEN', 'HANDSHAKE_NOT_MADE'),
  ],
  todo: 'give the caller the right that the hint spells out, then `retry`',
  set: ({ cluster }) => {
    const { onStrike, met } = counted();
    const mend = cluster.mesh.cluster.access.deny(({ user, resource, subresource }) => {
      const isDenied =
        user === 'system:serviceaccount:meshturn:meshturn' &&
        resource === 'pods' &&
        subresource === undefined;
      if (isDenied) onStrike();
      return isDenied;
    });
    return { mend, met };
  },
};
