import type { ProblemCode } from '../problems/registry.ts';
import type { ObservedUnit } from '../rotation/observed.ts';
import type { PhaseName, SourceWrite, Stage, StageName } from '../rotation/plan.ts';
import type { Loaded } from '../rotation/proven-by-time.ts';
import type { ClusterPage, CronJobPolicy, FoundSource } from '../rotation/shape.ts';
import type { Fingerprint, TrustState } from '../rotation/trust.ts';
import type { CaRef, ReadCa, RotationKind } from '../rotation/wanted.ts';
import type { IssuerActivities } from './issuer/contract.ts';
import type { EvidenceInput, EvidenceReference } from './evidence/document.ts';

export interface MeshRef {
  readonly fleet: string;
  readonly mesh: string;
}

/** A write unit by its name, and where it is: the clusters whose control planes read its CA source. */
export interface NamedUnit {
  readonly unit: string;
  /** Nothing but these is looked at to find the unit, so that no other cluster can be in its way. */
  readonly controlPlanes: readonly string[];
}

export interface UnitRef extends MeshRef, NamedUnit {}

/** Names one stage of one unit in one rotation: the identity by which a repeated call finds its own work. */
export interface StageRef extends UnitRef {
  readonly rotationId: string;
  readonly phase: PhaseName;
  readonly stage: StageName;
}

/** Names one cluster within a stage. */
export interface ClusterStageRef extends StageRef {
  readonly cluster: string;
}

/** Key Vault version ids by file of the set: which bytes must reach every volume. */
export interface SetVersions {
  readonly root: string;
  readonly chain: string;
  readonly key: string;
  readonly cert: string;
}

export interface WriteEvidence {
  readonly at: string;
  readonly versions: SetVersions;
  /** The objects of which this write made a new version, in the order written; none where all was there. */
  readonly written: readonly (keyof SetVersions)[];
  /** The CA source, and its objects by file: for whoever reads the evidence. */
  readonly source?: string;
  readonly objects?: Readonly<Record<keyof SetVersions, string>>;
}

export interface SyncEvidence {
  readonly at: string;
  /** istiod pods whose own volume has the set. */
  readonly pods: readonly string[];
}

export interface LoadEvidence {
  readonly at: string;
  /** istiod replicas that answered a probe CSR with the expected signer, path and bundle. */
  readonly replicas: readonly {
    readonly cluster: string;
    readonly pod: string;
    readonly leafSerial: string;
  }[];
  /**
   * How the set came to be loaded. `roll` is Meshturn's own; `roll (CRONJOB_BLIND)` one that it made because the
   * validator CronJob had run and restarted nothing.
   */
  readonly by:
    'live reload' | 'CronJob' | 'roll' | `roll (${Extract<ProblemCode, 'CRONJOB_BLIND'>})` | 'already loaded';
  /** Seconds; the longest life of a leaf that any of the replicas signs (MAX_WORKLOAD_CERT_TTL). */
  readonly longestLeaf?: number;
  /** Serial numbers that istiod's log printed in `x509 cert` lines since the write; evidence, not proof. */
  readonly loggedSerials: readonly string[];
}

export interface SecondPlaneEvidence {
  readonly at: string;
  readonly namespaces: number;
  /** Webhooks of istiod whose caBundle was right as well. */
  readonly webhooks?: number;
  /** When the last of them was seen to change; undefined where all were right at once. */
  readonly changedAt: string | undefined;
}

export interface Laggard {
  readonly pod: string;
  readonly reason: string;
}

/** Some pods by name, at most 5 of them. */
export interface SomePods {
  readonly count: number;
  readonly pods: readonly string[];
}

/** One look at every proxy of one cluster. */
export interface Census {
  readonly at: string;
  readonly total: number;
  readonly converged: number;
  /** Of those converged, the ones that cannot be read and that time has proven; undefined where none. */
  readonly provenByTime?: SomePods;
  /** Of the others, those that cannot be read and that time will prove; undefined where none. */
  readonly unread?: SomePods & {
    /** When the next of them will be proven, ISO 8601. */
    readonly next: string;
    /** When the last of them will be. */
    readonly last: string;
  };
  /** Pods besides `total` whose proxy has never started: they take their leaf from the CA of the moment they do. */
  readonly notStarted?: number;
  /** At most 20; `total - converged` tells how many there are. */
  readonly laggards: readonly Laggard[];
  /** When the next of the stale leaves will renew itself; undefined where none is stale. */
  readonly nextRenewal: string | undefined;
  /** When the last of them will have. */
  readonly lastRenewal: string | undefined;
}

export interface RestartResult {
  readonly at: string;
  /** `Deployment payments/ledger`: the owners of stale proxies that this batch restarted and saw ready. */
  readonly restarted: readonly string[];
  /** Owners of stale proxies that are still to be restarted. */
  readonly remaining: number;
  /** The first of those, at most 5: what the next batch begins with. */
  readonly next?: readonly string[];
  /**
   * Owners that were restarted for this stage before, have rolled out and have stale proxies all the same, at most
   * 20: they are not restarted again. Where nothing was restarted and nothing remains, only time or a person helps.
   */
  readonly spent?: readonly string[];
  /** Stale pods that nothing can restart (no owner that rolls). */
  readonly unmanaged: readonly string[];
}

/** What every proxy of a cluster is to hold. */
export interface Expected {
  readonly expect: TrustState;
  /** Since when every istiod hands it out; without it time proves nothing of a proxy that cannot be read. */
  readonly loaded?: Loaded;
  /** How often the stage was begun anew before: what was restarted for it then may be restarted once more. */
  readonly repeat?: number;
}

/** A set as istiods serve it, and as a CA source holds it. */
export type Served = Pick<Stage, 'expect' | 'chain'>;

/** What was proven of a unit, and must stay so while anything waits. */
export interface KnownUnit extends NamedUnit, Served {
  /** What istiods may serve, where that is not only what the source holds; none where that is not known. */
  readonly serves?: readonly Served[];
  /** What the source may hold, where a write has failed; none where it may have ended half-way. */
  readonly holds?: readonly Served[];
}

/** A unit that is no longer as it was proven. */
export interface Regression {
  readonly unit: string;
  readonly code: ProblemCode;
  readonly message: string;
  readonly hint: string;
}

/** One look at units that were proven. */
export interface WatchResult {
  readonly at: string;
  /** istiod replicas that answered a probe CSR as proven. */
  readonly replicas: number;
  readonly regressions: readonly Regression[];
}

/** Handshakes of a leaf by the unit's signer, in both roles, with what proxies of the mesh hold. */
export interface HandshakeEvidence {
  readonly at: string;
  readonly handshakes: number;
  /** Those whose proxies took part. */
  readonly clusters: readonly string[];
  /** Those that could not be asked from here. */
  readonly unasked: readonly string[];
}

/** How a unit's workflow stands, as the Temporal server knows it. */
export interface UnitStanding {
  readonly unit: string;
  /** `lost`: it ended without an end of its step, or was never started. */
  readonly state: 'running' | 'completed' | 'lost';
  /** The server's word for it: `TERMINATED`. */
  readonly status: string;
}

/** How the rotation stands that a unit belongs to. */
export interface RotationStanding {
  /** False where its workflow runs no more, or another rotation runs in its place. */
  readonly running: boolean;
  /** In words: `TERMINATED`. */
  readonly status: string;
}

/**
 * All that touches the world. Every call may be repeated at will. A failure that a person must mend is an
 * ApplicationFailure, non-retryable, whose type is the problem's code and whose first detail is its report.
 */
export interface Activities extends IssuerActivities {
  /** One page of the fleet file's clusters, those after `after`; touches none of them. */
  listClusters(input: MeshRef & { readonly after?: string }): Promise<ClusterPage>;
  /** Looks at some clusters with a control plane: one that is silent fails the call, and is named. */
  findSources(input: MeshRef & { readonly clusters: readonly string[] }): Promise<readonly FoundSource[]>;
  /** Reads and checks the new CA of a few units, as a rotation has staged it where an issuer made it. Writes nothing. */
  inspectCa(
    input: MeshRef & {
      readonly ca: CaRef;
      readonly units: readonly NamedUnit[];
      readonly rotationId?: string;
    },
  ): Promise<ReadCa>;
  observeUnit(input: UnitRef): Promise<ObservedUnit>;
  /** Asks the Temporal server about the workflows of units that have been silent. */
  describeUnits(
    input: MeshRef & {
      readonly rotationId: string;
      readonly phase: PhaseName;
      readonly units: readonly string[];
    },
  ): Promise<readonly UnitStanding[]>;
  /** Asks the Temporal server whether a rotation still runs: none of its units may write after its end. */
  describeRotation(input: MeshRef & { readonly rotationId: string }): Promise<RotationStanding>;
  writeSource(
    input: StageRef & {
      readonly write: SourceWrite;
      readonly ca: CaRef;
      readonly from: TrustState;
      /** What the stage before this one, where there is one, and this one lead to, in this order. */
      readonly reached?: readonly Pick<Stage, 'expect' | 'chain'>[];
      /** True where another rotation's lease on the source is to be taken over, as an override says. */
      readonly takeOver?: boolean;
    },
  ): Promise<WriteEvidence>;
  /** Heartbeats until every istiod replica's own volume has these versions. */
  awaitSynced(
    input: StageRef & { readonly versions: SetVersions; readonly limit: number },
  ): Promise<SyncEvidence>;
  /** Heartbeats until every istiod replica of every control plane serves `expect`; rolls where it must. */
  awaitLoaded(
    input: StageRef & {
      readonly expect: TrustState;
      readonly chain: readonly Fingerprint[];
      readonly since: string;
      readonly cronJob: CronJobPolicy;
      readonly limit: number;
    },
  ): Promise<LoadEvidence>;
  /**
   * Has a new leaf by an istiod of the unit shake hands, in both roles, with peers of its own and of other clusters:
   * a leaf by their istiod, and the trust anchors that proxies of theirs hold.
   */
  checkHandshakes(input: UnitRef): Promise<HandshakeEvidence>;
  /**
   * Looks whether units are still as they were proven: the CA source, and every istiod replica by a probe CSR. What
   * is not is looked at once more after `patience` seconds, since replicas come and go. Heartbeats. At most 10 units.
   */
  watchUnits(
    input: MeshRef & {
      readonly rotationId: string;
      readonly units: readonly KnownUnit[];
      readonly patience: number;
      /** The rotations whose leases on a CA source are its own; left out where any is to be taken over. */
      readonly leases?: readonly string[] | undefined;
    },
  ): Promise<WatchResult>;
  /**
   * Heartbeats until istio-ca-root-cert holds exactly `roots` in every namespace with proxies, and so does the
   * caBundle of every webhook that istiod keeps.
   */
  awaitSecondPlane(
    input: ClusterStageRef & { readonly roots: readonly Fingerprint[]; readonly limit: number },
  ): Promise<SecondPlaneEvidence>;
  takeCensus(input: ClusterStageRef & Expected): Promise<Census>;
  /**
   * Restarts one batch of owners of stale proxies, each once for a stage, and heartbeats until it is rolled out:
   * `limit` seconds at most in all, the look at the proxies included.
   */
  restartStale(
    input: ClusterStageRef & Expected & { readonly batchPercent: number; readonly limit: number },
  ): Promise<RestartResult>;
  /** Puts a document into the mesh's store of evidence; one that tells of the same and is there already stays. */
  storeEvidence(
    input: MeshRef & {
      readonly rotationId: string;
      readonly kind: RotationKind;
      readonly document: EvidenceInput;
    },
  ): Promise<EvidenceReference>;
}
