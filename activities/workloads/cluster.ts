import type { ClusterClient } from '../kube/connect.ts';

/** One cluster of a mesh, as the workload activities need it. */
export interface WorkloadCluster {
  readonly client: ClusterClient;
  /** Where istiod runs and its mesh configuration is kept. */
  readonly istioNamespace: string;
  readonly trustDomain: string;
  /** Seconds between two looks at many objects of the cluster. */
  readonly lookEvery: number;
  readonly execFallback: boolean;
}

/** What it takes to ask a proxy. */
export type ProxyReach = Pick<WorkloadCluster, 'client' | 'execFallback'>;
