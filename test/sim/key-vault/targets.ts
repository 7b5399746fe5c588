import { DefaultAzureCredential, type AccessToken, type TokenCredential } from '@azure/identity';
import { SecretClient } from '@azure/keyvault-secrets';
import { createVault, type SimVault } from '../../../sim/key-vault/vault.ts';
import { localhostTls } from '../../support/tls.ts';

/** A vault that the contract is checked against: the simulated one, or a real one by KEY_VAULT_URL. */
export interface Target {
  readonly name: string;
  readonly open: () => Promise<OpenTarget>;
}

export interface OpenTarget {
  readonly client: SecretClient;
  readonly close: () => Promise<void>;
}

const real = process.env['KEY_VAULT_URL'];

export const targets: readonly Target[] = [
  { name: 'the simulated vault', open: openSimulated },
  ...(real === undefined ? [] : [{ name: real, open: () => openReal(real) }]),
];

function openReal(url: string): Promise<OpenTarget> {
  const client = new SecretClient(url, new DefaultAzureCredential());
  return Promise.resolve({ client, close: () => Promise.resolve() });
}

export async function openSimulated(): Promise<
  OpenTarget & { readonly vault: SimVault; readonly url: string; readonly ca: string }
> {
  const vault = createVault({ name: 'kv-test' });
  const { ca, ...tls } = localhostTls();
  const { url, close } = await vault.serve(tls);
  const client = clientFor(url, ca, vault.tokenFor('test'));
  return { client, vault, url, ca, close };
}

export function clientFor(url: string, ca: string, token: string): SecretClient {
  return new SecretClient(url, bearer(token), {
    disableChallengeResourceVerification: true,
    tlsOptions: { ca },
    retryOptions: { maxRetries: 0 },
  });
}

function bearer(token: string): TokenCredential {
  const answer: AccessToken = { token, expiresOnTimestamp: Date.now() + 3_600_000 };
  return { getToken: () => Promise.resolve(answer) };
}
