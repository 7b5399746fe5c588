import type { KubeconfigCluster } from '../../sim/api/kubeconfig.ts';
import { ApiClient } from '../api/client.ts';
import { LiveTokens } from '../api/tokens.ts';
import { account } from './rights.ts';

/** Longer than a lab lives. */
const expirationSeconds = 30 * 24 * 3600;

/** A login to the administrator's cluster as the ServiceAccount of the programs. */
export async function programsLogin(
  admin: KubeconfigCluster,
  signal: AbortSignal,
): Promise<KubeconfigCluster> {
  const api = new ApiClient(admin);
  try {
    const { namespace, name: serviceAccount } = account;
    const tokens = new LiveTokens(api, signal);
    return { ...admin, ...(await tokens.mint({ namespace, serviceAccount, expirationSeconds })) };
  } finally {
    api.close();
  }
}
