import type { V1PodSpec } from '@kubernetes/client-node';
import { longestLeafByDefault } from '../../rotation/proven-by-time.ts';
import { goDurationSeconds } from '../workloads/go-duration.ts';
import { istiodContainer } from './cacerts-volume.ts';

/**
 * Seconds that no leaf for a workload lives beyond: an istiod refuses a longer one that is asked for, and signs for its
 * default, which it does not hold against that, where none is (security/pkg/pki/ca, Sign). Never less than Istio has by
 * itself: a limit tells nothing of leaves that were signed before it was lowered.
 */
export function longestLeaf(spec: V1PodSpec | undefined): number {
  const container = spec?.containers.find(({ name }) => name === istiodContainer);
  const seconds = (variable: string): number | undefined =>
    goDurationSeconds(container?.env?.findLast(({ name }) => name === variable)?.value ?? '');
  return Math.max(
    longestLeafByDefault,
    seconds('MAX_WORKLOAD_CERT_TTL') ?? 0,
    seconds('DEFAULT_WORKLOAD_CERT_TTL') ?? 0,
  );
}
