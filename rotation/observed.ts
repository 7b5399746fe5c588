import type { SourcePlace } from './source-differences.ts';
import type { CertFacts, Fingerprint, Signer } from './trust.ts';

/** How a root change reaches a running istiod: it reloads, a CronJob rolls it, or somebody must roll it. */
export type ReloadMode = 'live' | 'cronjob' | 'restart';

/** The set of objects that a CA source holds now, by its newest versions. */
export interface ObservedSource {
  readonly kind: 'keyVault';
  /** In the order of root-cert.pem, duplicates included. */
  readonly roots: readonly Fingerprint[];
  /** Undefined where certificate and key do not match or no path leads to a root of the bundle. */
  readonly signer: Signer | undefined;
  /** What ca-cert.pem holds, whether it verifies or not. */
  readonly certificate?: Fingerprint;
  /** True where the key is that certificate's, and all the same no path leads to a root of the bundle. */
  readonly paired?: boolean;
  /** The certificates of cert-chain.pem in order. */
  readonly chain: readonly Fingerprint[];
  /** True where all objects change in one write; Key Vault never is. */
  readonly atomic: boolean;
  /** True where the versions that a write replaces can be read back (invariant 3). */
  readonly restorable: boolean;
  /** Another rotation's id where its lease is on the source (invariant 9). */
  readonly heldBy: string | undefined;
  /** When that lease runs out by itself, ISO 8601. */
  readonly heldUntil?: string;
  /** Who wrote here last, where a rotation that has led the source to its end would have written once more. */
  readonly unfinished?: UnfinishedWalk;
  /** What its vault and its objects are called. */
  readonly place?: SourcePlace;
}

/** A rotation that is between its writes, or ended before its end: the source tells no more. */
export interface UnfinishedWalk {
  readonly rotationId: string;
  /** `prod/payments`; undefined where its version does not say. */
  readonly mesh?: string;
  /** `distribute/add-roots` */
  readonly step: string;
  /** When it wrote that, ISO 8601. */
  readonly at: string;
}

/** One running istiod replica, as its answer to a probe CSR showed it; undefined where it gave none. */
export interface ObservedIstiod {
  readonly cluster: string;
  readonly pod: string;
  readonly revision: string;
  /** As the image's tag says, `1.30.3`. */
  readonly version: string;
  readonly serves: { readonly roots: readonly Fingerprint[]; readonly signer: Fingerprint } | undefined;
  /** The bundle of its answer, also where the leaf in it verifies to nothing: new roots are compared with it. */
  readonly handsOut?: readonly Fingerprint[];
}

/** Proxies that hold the same thing, counted together. */
export interface TrustCount {
  readonly roots: readonly Fingerprint[];
  readonly count: number;
}

/** Leaves that verify by signature through what their pod presents, by signer; broken ones have no root. */
export interface LeafCount {
  readonly signer: Fingerprint | undefined;
  readonly root: Fingerprint | undefined;
  readonly count: number;
  /** The last notAfter among them. */
  readonly latestNotAfter: string;
}

/** What the workloads of one cluster hold. */
export interface ObservedCluster {
  readonly cluster: string;
  readonly proxies: number;
  readonly unreadable: number;
  /** All trust anchors that they hold, pinned ones included. */
  readonly trust: readonly TrustCount[];
  /** Anchors that the mesh configuration gives to proxies by PEM (`caCertificates`), whatever their CA does. */
  readonly pinned?: readonly Fingerprint[];
  readonly leaves: readonly LeafCount[];
  /** istio-ca-root-cert, counted by namespace that has proxies. */
  readonly secondPlane: readonly TrustCount[];
  readonly longestLeafTtlSeconds: number;
  /** Pods that show istiod a certificate instead of a token (FILE_MOUNTED_CERTS); left out where none. */
  readonly fileMounted?: number;
  /** Proxies whose agent keeps one root of a bundle, as those of 1.24.4 and 1.25.1 do; left out where none. */
  readonly oneRootAgents?: number;
  /** True where ztunnel runs. */
  readonly ambient: boolean;
}

/**
 * One write unit: a set of CA source objects, the control planes that read it and the clusters these serve.
 * It is named after its first control plane.
 */
export interface ObservedUnit {
  readonly unit: string;
  readonly controlPlanes: readonly string[];
  readonly source: ObservedSource;
  readonly reload: ReloadMode;
  /** Seconds; how often the CronJob runs, where one is waited for and its schedule says so. */
  readonly cronJobEvery?: number;
  readonly istiods: readonly ObservedIstiod[];
  readonly clusters: readonly ObservedCluster[];
  /** Facts on every certificate named above. */
  readonly certificates: readonly CertFacts[];
  /** Clusters that an istiod of the unit serves and the fleet file lacks. */
  readonly strangers: readonly string[];
  /** Namespaces besides those of the control planes in which an istiod runs: `istio-system of west`. */
  readonly otherIstiods?: readonly string[];
  readonly warnings: readonly ObservedWarning[];
}

/** Something worth knowing before a start that does not forbid it. */
export interface ObservedWarning {
  readonly code: string;
  readonly cluster: string;
  readonly text: string;
}

/** A whole mesh at one instant (ISO 8601). */
export interface ObservedMesh {
  readonly mesh: string;
  readonly at: string;
  readonly units: readonly ObservedUnit[];
}
