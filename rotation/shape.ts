/** What becomes of a cluster's workloads when they must hold something new. */
export type WorkloadsPolicy =
  { readonly mode: 'restart'; readonly batchPercent: number } | { readonly mode: 'renew' };

/** Bounds of every wait, in seconds. The clock never proves anything; it only ends a wait. */
export interface TimeLimits {
  /** Key Vault to every istiod volume. */
  readonly sync: number;
  /** Volume to every istiod serving it, a restart by the CronJob included. */
  readonly load: number;
  /** istio-ca-root-cert in every namespace. */
  readonly secondPlane: number;
  /** How long kubelet may take to bring a changed ConfigMap into running pods; waited out in full. */
  readonly kubeletPropagation: number;
  /** By how much the clocks of the mesh may be off, all taken together; part of what time proves. */
  readonly clockSkew: number;
  /** One batch of restarted workloads. */
  readonly rollout: number;
  /** How often a census is taken while proxies restart. */
  readonly censusEvery: number;
  /** How long a worker may say nothing of what it is at before that goes to another worker. */
  readonly heartbeat: number;
  /** How often what is proven already is looked at again while anything waits; a twentieth of the wait where that is more. */
  readonly watchEvery: number;
}

export interface ClusterShape {
  readonly cluster: string;
  readonly workloads: WorkloadsPolicy;
  /** The worker group that reaches it; undefined for the main task queue. */
  readonly reach: string | undefined;
}

export interface UnitShape {
  readonly unit: string;
  readonly controlPlanes: readonly string[];
  readonly clusters: readonly ClusterShape[];
  readonly cronJob: 'wait' | 'runNow';
}

/** A mesh as the fleet file and its clusters' CA sources describe it: what a workflow needs of it. */
export interface MeshShape {
  readonly fleet: string;
  readonly mesh: string;
  readonly trustDomain: string;
  readonly waveWidth: number;
  readonly limits: TimeLimits;
  readonly units: readonly UnitShape[];
}
