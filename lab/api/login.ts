import { Problem } from '../../problems/problem.ts';
import type { KubeconfigCluster } from '../../sim/api/kubeconfig.ts';
import type { Tokens } from '../../sim/world.ts';
import { again } from './again.ts';
import { ApiClient } from './client.ts';
import { LiveTokens } from './tokens.ts';

/** Longer than a lab lives. */
const expirationSeconds = 30 * 24 * 3600;

const startLimitMs = 120_000;

interface Account {
  readonly namespace: string;
  readonly name: string;
}

/**
 * A login to the administrator's cluster as a ServiceAccount that is there. An API server that has just started, on a
 * machine that does much else beside, is asked again. Throws LAB_PROGRAM_REFUSED, LAB_COMPONENT_FAILED where it makes no
 * token in time, and the signal's reason.
 */
export async function loginAs(
  account: Account,
  admin: KubeconfigCluster,
  signal: AbortSignal,
  limitMs = startLimitMs,
): Promise<KubeconfigCluster> {
  const api = new ApiClient(admin);
  const either = AbortSignal.any([signal, AbortSignal.timeout(limitMs)]);
  const tokens = new LiveTokens(api, either);
  const logins: KubeconfigCluster[] = [];
  let found = 'no answer';
  try {
    await again({ signal: either, tell: (line) => (found = line) }, async (): Promise<'ended'> => {
      logins.push(await loginBy(tokens, account, admin));
      return 'ended';
    });
  } finally {
    api.close();
  }
  const [login] = logins;
  if (login !== undefined) return login;
  signal.throwIfAborted();
  throw new Problem('LAB_COMPONENT_FAILED', { object: `kube-apiserver of ${admin.name}`, found });
}

/** The same, by whoever can have tokens made there; of the login only the place counts. */
export async function loginBy(
  tokens: Tokens,
  { namespace, name: serviceAccount }: Account,
  login: KubeconfigCluster,
): Promise<KubeconfigCluster> {
  return { ...login, ...(await tokens.mint({ namespace, serviceAccount, expirationSeconds })) };
}
