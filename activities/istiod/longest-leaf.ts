import type { V1PodSpec } from '@kubernetes/client-node';
import { longestLeafByDefault } from '../../rotation/proven-by-time.ts';
import { goDurationSeconds } from '../workloads/go-duration.ts';
import { istiodContainer } from './cacerts-volume.ts';

/** Seconds beyond which an istiod refuses to sign for a workload; what it does not tell counts as the default. */
export function longestLeaf(spec: V1PodSpec | undefined): number {
  const container = spec?.containers.find(({ name }) => name === istiodContainer);
  const own = container?.env?.findLast(({ name }) => name === 'MAX_WORKLOAD_CERT_TTL');
  return goDurationSeconds(own?.value ?? '') ?? longestLeafByDefault;
}
