import type { CodeEntry } from '../code.ts';

/** Kubernetes API servers and what runs behind them. */
export const clusterCodes = {
  CLUSTER_UNREACHABLE: {
    message: 'the API server does not answer',
    hint: 'check the kubeconfig and the network: kubectl --context … get --raw /readyz',
    exit: 1,
    retryable: true,
  },
  CLUSTER_FORBIDDEN: {
    message: 'the API server refuses the request',
    hint: 'see the rights that are needed: docs/security.md',
    exit: 4,
    retryable: false,
  },
  CLUSTER_UNAUTHORIZED: {
    message: 'the API server does not accept the credentials',
    hint: 'renew them: az aks get-credentials …, or the token that the kubeconfig names',
    exit: 4,
    retryable: false,
  },
  KUBECONFIG_INVALID: {
    message: 'the kubeconfig cannot be used',
    hint: 'see what it holds: kubectl config get-contexts',
    exit: 65,
    retryable: false,
  },
  NOT_IN_CLUSTER: {
    message: 'inCluster is said of the cluster, and this process runs in no pod',
    hint: 'run it in a pod of that cluster with a ServiceAccount, or name kubeconfig and context in the fleet file',
    exit: 65,
    retryable: false,
  },
  OBJECT_NOT_FOUND: {
    message: 'there is no such object in the cluster',
    hint: 'check names and namespace in the fleet file: kubectl get … --all-namespaces',
    exit: 1,
    retryable: false,
  },
  OBJECT_CONFLICT: {
    message: 'the object was changed or made by somebody else at the same moment',
    hint: 'nothing to do: it is read again and the change repeated',
    exit: 1,
    retryable: true,
  },
  RESOURCE_EXPIRED: {
    message: 'the API server no longer has the version that was asked for',
    hint: 'nothing to do: it is read from the beginning',
    exit: 1,
    retryable: true,
  },
  CLUSTER_THROTTLED: {
    message: 'the API server asks for fewer requests',
    hint: 'nothing to do: it is tried again later',
    exit: 1,
    retryable: true,
  },
  CLUSTER_FAILING: {
    message: 'the API server failed',
    hint: 'if it lasts, look at its health: kubectl get --raw /readyz?verbose',
    exit: 1,
    retryable: true,
  },
  REQUEST_REJECTED: {
    message: 'the API server rejects the request as invalid',
    hint: 'an admission policy may forbid it; its message says which',
    exit: 1,
    retryable: false,
  },
  PORT_FORWARD_FAILED: {
    message: 'the port-forward broke',
    hint: 'check that the pod runs and listens: kubectl port-forward …',
    exit: 1,
    retryable: true,
  },
  EXEC_FAILED: {
    message: 'the command could not be run in the container',
    hint: 'check that the pod runs: kubectl exec …',
    exit: 1,
    retryable: true,
  },
} as const satisfies Record<string, CodeEntry>;
