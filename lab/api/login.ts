import type { KubeconfigCluster } from '../../sim/api/kubeconfig.ts';
import type { Tokens } from '../../sim/world.ts';
import { ApiClient } from './client.ts';
import { LiveTokens } from './tokens.ts';

/** Longer than a lab lives. */
const expirationSeconds = 30 * 24 * 3600;

interface Account {
  readonly namespace: string;
  readonly name: string;
}

/** A login to the administrator's cluster as a ServiceAccount that is there. */
export async function loginAs(
  account: Account,
  admin: KubeconfigCluster,
  signal: AbortSignal,
): Promise<KubeconfigCluster> {
  const api = new ApiClient(admin);
  try {
    return await loginBy(new LiveTokens(api, signal), account, admin);
  } finally {
    api.close();
  }
}

/** The same, by whoever can have tokens made there; of the login only the place counts. */
export async function loginBy(
  tokens: Tokens,
  { namespace, name: serviceAccount }: Account,
  login: KubeconfigCluster,
): Promise<KubeconfigCluster> {
  return { ...login, ...(await tokens.mint({ namespace, serviceAccount, expirationSeconds })) };
}
