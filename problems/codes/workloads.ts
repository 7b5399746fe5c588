import type { CodeEntry } from '../code.ts';

/** Proxies, their certificates and their rollouts. */
export const workloadCodes = {
  ROLLOUT_STUCK: {
    message: 'the rollout does not progress',
    hint: 'look at the pods of the workload: kubectl describe; then: meshturn rotation retry …',
    exit: 1,
    retryable: false,
    stands: 'keeps',
  },
  NOT_CONVERGED: {
    message: 'proxies still hold the old certificates, and none has followed for a while',
    hint: 'look at the pods named; then: meshturn rotation retry …',
    exit: 1,
    retryable: false,
    stands: 'keeps',
  },
  PROXY_UNREADABLE: {
    message: 'the proxy does not tell what it holds',
    hint: 'ask it by hand: istioctl proxy-config secret POD -n NAMESPACE; where only port-forwards fail, execFallback: true in the fleet file has it asked by a command in the pod',
    exit: 1,
    retryable: true,
    stands: 'keeps',
  },
  SECOND_PLANE_STALE: {
    message: 'the roots have not reached every namespace with proxies and every webhook of istiod',
    hint: 'see which istiod leads the ConfigMaps, of all revisions: kubectl get lease -A; then: meshturn rotation retry …',
    exit: 1,
    retryable: false,
    stands: 'doubts',
  },
  FOREIGN_ANCHORS_UNKNOWN: {
    message:
      'proxies hold trust anchors from elsewhere that are not known: an anchor that is in no chain of the mesh is let be',
    hint: 'to have every anchor checked, put them into caCertificates by pem instead of spiffeBundleUrl',
    exit: 1,
    retryable: false,
    stands: 'keeps',
    warns: true,
  },
  MESH_CONFIG_INVALID: {
    message: 'the mesh configuration cannot be read',
    hint: 'look at it with: kubectl get configmap -n aks-istio-system -o yaml',
    exit: 65,
    retryable: false,
    stands: 'keeps',
  },
} as const satisfies Record<string, CodeEntry>;
