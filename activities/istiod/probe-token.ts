import {
  AuthenticationV1TokenRequest,
  V1ObjectMeta,
  V1ServiceAccount,
  V1TokenRequestSpec,
} from '@kubernetes/client-node';
import { Problem } from '../../problems/problem.ts';
import { type ClusterClient } from '../kube/connect.ts';
import { asProblem, statusOf } from '../kube/problems.ts';

/** The ServiceAccount of probes. It needs no rights: istiod asks the API server only who it is. */
const probeServiceAccount = 'meshturn-probe';

/** The least that the API server grants. */
const expirationSeconds = 600;

/**
 * A token that istiod accepts from a workload; makes the ServiceAccount where it is missing. The token is a
 * credential: it stays in the caller's scope.
 * @throws Problem PROBE_SERVICE_ACCOUNT where the caller may not make it, or what the API server says
 */
export async function probeToken(client: ClusterClient, namespace: string): Promise<string> {
  const name = probeServiceAccount;
  const object = `ServiceAccount ${namespace}/${name} of cluster ${client.name}`;
  try {
    return await requestToken(client, namespace, object).catch(async (error: unknown) => {
      if (statusOf(error)?.code !== 404) throw error;
      await createServiceAccount(client, namespace);
      return requestToken(client, namespace, object);
    });
  } catch (error) {
    const problem = asProblem(error, object);
    if (problem.code !== 'CLUSTER_FORBIDDEN') throw problem;
    throw new Problem('PROBE_SERVICE_ACCOUNT', {
      object,
      ...(problem.details.found === undefined ? {} : { found: problem.details.found }),
      hint: `kubectl create serviceaccount ${name} -n ${namespace}, and let the caller create serviceaccounts/token there`,
    });
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

async function createServiceAccount(client: ClusterClient, namespace: string): Promise<void> {
  const labels = { 'app.kubernetes.io/managed-by': 'meshturn' };
  try {
    await client.core.createNamespacedServiceAccount({
      namespace,
      body: Object.assign(new V1ServiceAccount(), {
        metadata: Object.assign(new V1ObjectMeta(), { name: probeServiceAccount, labels }),
        automountServiceAccountToken: false,
      }),
    });
  } catch (error) {
    // Another probe of the same instant was faster.
    if (statusOf(error)?.code !== 409) throw error;
  }
}
