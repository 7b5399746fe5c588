import { type CodeEntry } from '../code.ts';

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
} as const satisfies Record<string, CodeEntry>;
