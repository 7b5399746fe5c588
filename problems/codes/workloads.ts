import { type CodeEntry } from '../code.ts';

/** Proxies, their certificates and their rollouts. */
export const workloadCodes = {
  ROLLOUT_STUCK: {
    message: 'the rollout does not progress',
    hint: 'look at the pods of the workload: kubectl describe; then: meshturn rotation retry …',
    exit: 1,
    retryable: false,
  },
  NOT_CONVERGED: {
    message: 'proxies still hold the old certificates, and none has followed for a while',
    hint: 'look at the pods named; then: meshturn rotation retry …',
    exit: 1,
    retryable: false,
  },
} as const satisfies Record<string, CodeEntry>;
