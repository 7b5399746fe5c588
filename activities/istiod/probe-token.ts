import { AuthenticationV1TokenRequest, V1TokenRequestSpec } from '@kubernetes/client-node';
import { Problem } from '../../problems/problem.ts';
import type { ClusterClient } from '../kube/connect.ts';
import { asProblem, statusOf } from '../kube/problems.ts';

/** The ServiceAccount of probes. It needs no rights: istiod asks the API server only who it is. */
const probeServiceAccount = 'meshturn-probe';

/** The least that the API server grants. */
const expirationSeconds = 600;

/**
 * A token that istiod accepts from a workload. The ServiceAccount is not made where it is missing: a look at a
 * cluster changes nothing in it. The token is a credential: it stays in the caller's scope.
 * @throws Problem PROBE_SERVICE_ACCOUNT where it is missing or the caller may make no token for it, or what the
 *   API server says
 */
export async function probeToken(client: ClusterClient, namespace: string): Promise<string> {
  const name = probeServiceAccount;
  const object = `ServiceAccount ${namespace}/${name} of cluster ${client.name}`;
  try {
    return await requestToken(client, namespace, object);
  } catch (error) {
    const problem = asProblem(error, object);
    const { code, details } = problem;
    if (code === 'CLUSTER_FORBIDDEN') throw new Problem('PROBE_SERVICE_ACCOUNT', details);
    if (statusOf(error)?.code !== 404) throw problem;
    const hint = `kubectl create serviceaccount ${name} -n ${namespace}`;
    throw new Problem('PROBE_SERVICE_ACCOUNT', { ...details, hint });
  }
}

async function requestToken(client: ClusterClient, namespace: string, object: string): Promise<string> {
  const { status } = await client.core.createNamespacedServiceAccountToken({
    namespace,
    name: probeServiceAccount,
    body: Object.assign(new AuthenticationV1TokenRequest(), {
      spec: Object.assign(new V1TokenRequestSpec(), { audiences: ['istio-ca'], expirationSeconds }),
    }),
  });
  if (status?.token === undefined || status.token === '') {
    throw new Problem('PROBE_SERVICE_ACCOUNT', { object, found: 'an answer without a token' });
  }
  return status.token;
}
