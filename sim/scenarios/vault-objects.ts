import { stopsInEveryPhase } from './phases.ts';
import type { Scenario } from './scenario.ts';
import { breakVault, byMeshturn, refusedFromNow } from './vault.ts';

export const vaultMissing: Scenario = {
  name: 'vault-missing',
  title: 'Key Vault has no secret of the name (404)',
  on: 'live',
  rotation: 'root',
  strikes: [
    { phase: 'plan', outcome: { is: 'is not planned', code: 'KEY_VAULT_OBJECT_MISSING' } },
    ...stopsInEveryPhase('KEY_VAULT_OBJECT_MISSING'),
  ],
  todo: 'mend the names in the SecretProviderClass, or put the secret back, then `retry`',
  set: ({ cluster }) =>
    breakVault(cluster, {
      matches: (request) => byMeshturn(request) && request.name === 'cert-chain',
      effect: { kind: 'status', status: 404 },
    }),
};

export const vaultDeleted: Scenario = {
  name: 'vault-deleted',
  title: 'A secret was deleted, and the vault keeps it for a while (soft-delete)',
  on: 'live',
  rotation: 'root',
  strikes: [
    { phase: 'plan', outcome: { is: 'is not planned', code: 'KEY_VAULT_OBJECT_DELETED' } },
    ...stopsInEveryPhase('KEY_VAULT_OBJECT_DELETED'),
  ],
  todo: 'recover it, with all of its versions, by the command of the hint, then `retry`; istiods that run keep what they have loaded, and a new one cannot mount its volume until then',
  set: ({ cluster }) => {
    const { store } = cluster.vault;
    const met = refusedFromNow(cluster, 'cert-chain');
    store.remove('cert-chain');
    return { mend: () => void store.recover('cert-chain'), met };
  },
};

export const vaultDisabled: Scenario = {
  name: 'vault-disabled',
  title: 'The newest version of a secret is disabled',
  on: 'live',
  rotation: 'root',
  strikes: [
    { phase: 'plan', outcome: { is: 'is not planned', code: 'KEY_VAULT_OBJECT_DISABLED' } },
    ...stopsInEveryPhase('KEY_VAULT_OBJECT_DISABLED'),
  ],
  todo: 'enable the version with the command of the hint, then `retry`; istiod keeps what it has loaded meanwhile',
  set: ({ cluster }) => {
    const { store } = cluster.vault;
    const met = refusedFromNow(cluster, 'ca-cert');
    const { version } = store.update('ca-cert', undefined, { attributes: { enabled: false } });
    return { mend: () => void store.update('ca-cert', version, { attributes: { enabled: true } }), met };
  },
};
