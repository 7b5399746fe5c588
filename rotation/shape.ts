import type { Fingerprint } from './trust.ts';

/** What becomes of a cluster's workloads when they must hold something new. */
export type WorkloadsPolicy =
  { readonly mode: 'restart'; readonly batchPercent: number } | { readonly mode: 'renew' };

/** Whether the validator CronJob's next run is waited for, or a Job is made of it. */
export type CronJobPolicy = 'wait' | 'runNow';

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
  readonly cronJob: CronJobPolicy;
}

/** The worker group that reaches the unit's first control plane; undefined for the main task queue. */
export function reachOf({ controlPlanes, clusters }: UnitShape): string | undefined {
  return (clusters.find(({ cluster }) => cluster === controlPlanes[0]) ?? clusters[0])?.reach;
}

/** A mesh as the fleet file and its clusters' CA sources describe it: what a workflow needs of it. */
export interface MeshShape {
  readonly fleet: string;
  readonly mesh: string;
  readonly trustDomain: string;
  readonly waveWidth: number;
  readonly limits: TimeLimits;
  /** Roots that must never come back; left out where the fleet file marks none. */
  readonly compromised?: readonly Fingerprint[];
  /** Trust holders that show istiod a certificate, by name; left out where the fleet file has none. */
  readonly certificateHolders?: readonly string[];
  readonly units: readonly UnitShape[];
}

/** Names a CA source: what has the same one is written together. */
export interface SourceName {
  /** 32 hexadecimal digits of a digest over the addresses of its objects. */
  readonly identity: string;
  /** For errors: `secrets in https://kv-a.vault.azure.net`. */
  readonly object: string;
}

/** A cluster as the fleet file describes it. */
export interface ClusterEntry extends ClusterShape {
  /** The cluster whose istiod serves this one; its own name unless the file says otherwise. */
  readonly controlPlane: string;
  readonly cronJob: CronJobPolicy;
  /** Undefined where the fleet file does not name it whole: then its cluster tells. */
  readonly source: SourceName | undefined;
}

/** Some clusters of a mesh, in the order of the fleet file, below 16 KB. */
export interface ClusterPage extends Omit<MeshShape, 'fleet' | 'mesh' | 'units'> {
  readonly clusters: readonly ClusterEntry[];
  /** The last cluster of this page, where there are more after it. */
  readonly next: string | undefined;
}

/** Where the control plane in a cluster has its CA from. */
export interface FoundSource {
  readonly cluster: string;
  readonly source: SourceName;
}
