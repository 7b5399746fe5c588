import type { KubeconfigCluster } from '../../sim/api/kubeconfig.ts';
import { ApiClient } from './client.ts';
import { LiveTokens } from './tokens.ts';

/** Longer than a lab lives. */
const expirationSeconds = 30 * 24 * 3600;

/** A login to the administrator's cluster as a ServiceAccount that is there. */
export async function loginAs(
  { namespace, name: serviceAccount }: { readonly namespace: string; readonly name: string },
  admin: KubeconfigCluster,
  signal: AbortSignal,
): Promise<KubeconfigCluster> {
  const api = new ApiClient(admin);
  try {
    const tokens = new LiveTokens(api, signal);
    return { ...admin, ...(await tokens.mint({ namespace, serviceAccount, expirationSeconds })) };
  } finally {
    api.close();
  }
}
