import type { ClusterClient } from '../../../activities/kube/connect.ts';
import { mounts } from './mounts.ts';
import { proxies } from './proxies.ts';

/**
 * What the product sees of a cluster of a mesh as the demo has it, by its administrator's login, all workloads up and
 * ready: a suite a kind of object. They end pods.
 */
export const meshSuites: readonly ((clientOf: () => ClusterClient) => void)[] = [proxies, mounts];
