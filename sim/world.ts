/** A Kubernetes object as the API server serves it; what follows metadata is the kind's own. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly [field: string]: unknown;
}

interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation?: number;
  readonly creationTimestamp: string;
  readonly deletionTimestamp?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly OwnerReference[];
}

export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
}

/** An object to be created: the server fills in uid, resourceVersion, generation and creationTimestamp. */
export interface NewObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly OwnerReference[];
  };
  readonly [field: string]: unknown;
}

export interface StoreEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: KubeObject;
}

/** Where new objects go. Resources are plural names: `pods`, `deployments`, `configmaps`. */
export interface NewObjects {
  create(resource: string, object: NewObject): unknown;
}

/** The state behind one cluster's API server. */
export interface ObjectStore extends NewObjects {
  get(resource: string, namespace: string | undefined, name: string): KubeObject | undefined;
  /** All of a resource, or those of a namespace. */
  list(resource: string, namespace?: string): readonly KubeObject[];
  create(resource: string, object: NewObject): KubeObject;
  /**
   * Replaces an object by what `change` makes of its newest state; bumps resourceVersion, and generation
   * where `spec` changed. Undefined where there is no such object.
   */
  change(
    resource: string,
    namespace: string | undefined,
    name: string,
    change: (object: KubeObject) => KubeObject,
  ): KubeObject | undefined;
  remove(resource: string, namespace: string | undefined, name: string): KubeObject | undefined;
  /** Calls back on every later change of the resource, synchronously, in order. Returns how to stop. */
  watch(resource: string, listener: (event: StoreEvent) => void): () => void;
}

/** Files as a running pod sees them in a mounted volume. */
export interface MountedFiles {
  read(file: string): string | undefined;
  /** Calls back after each change has become visible as a whole swap. Returns how to stop. */
  onChange(listener: () => void): () => void;
  /** Called once when the pod is gone: ends whatever keeps the files up to date. */
  close?(): void;
}

/** Volumes of a pod, by volume name. */
export type Volumes = Readonly<Record<string, MountedFiles>>;

/** What a container printed, with the instant of each line, for `pods/log` with follow and sinceTime. */
export interface ContainerLog {
  readonly lines: readonly { readonly at: Date; readonly text: string }[];
  onLine(listener: (line: { readonly at: Date; readonly text: string }) => void): () => void;
}

/** The program behind a pod, started by the simulated kubelet once its volumes are mounted. */
export interface Program {
  /** Resolves when its readiness probe would succeed; rejects where it cannot start (crash loop). */
  readonly ready: Promise<void>;
  /**
   * Of a program that may end by itself: resolves with its exit code. A Job's pod without it has ended with 0
   * when it is ready, and with 1 when it cannot start.
   */
  readonly finished?: Promise<number>;
  readonly log: ContainerLog;
  /** Runs a command in the pod. An unknown one exits with 127. */
  exec(argv: readonly string[]): Promise<{ stdout: string; stderr: string; exitCode: number }>;
  /** The port of loopback that is behind one of the pod's; rejects where nothing listens. */
  loopbackPort(port: number): Promise<number>;
  /**
   * SIGTERM: it serves on for `podDrain`, then closes its sockets, and resolves. Kubelet removes the pod then.
   * Also called, once, after `ready` has rejected or `finished` has resolved.
   */
  stop(): Promise<void>;
}

/** Whom a token is for, and for which audiences. */
export interface TokenRequest {
  readonly namespace: string;
  readonly serviceAccount: string;
  /** Default: the API server's own. */
  readonly audiences?: readonly string[];
  /** Default 3600. The real server refuses less than 600; the simulated one does not, for tests of expiry. */
  readonly expirationSeconds?: number;
  readonly pod?: { readonly name: string; readonly uid: string };
}

/** What TokenReview says of a token. */
export type Review =
  | {
      readonly authenticated: true;
      readonly username: string;
      readonly groups: readonly string[];
      readonly audiences: readonly string[];
      readonly namespace?: string;
      readonly serviceAccount?: string;
    }
  | { readonly authenticated: false; readonly error: string };

/** How programs come by tokens of ServiceAccounts, and judge them: TokenRequest and TokenReview. */
export interface Tokens {
  mint(request: TokenRequest): Promise<{ readonly token: string }> | { readonly token: string };
  review(token: string, audience: string): Promise<Review> | Review;
}

/** Decides by its labels, owners and containers what program a pod runs. */
export type ProgramFactory = (pod: KubeObject, volumes: Volumes) => Program;

/** Makes the volume of a pod that a CSI driver or kubelet provides; rejects as FailedMount would. */
export type VolumeMounter = (
  pod: KubeObject,
  volume: { readonly name: string; readonly [source: string]: unknown },
) => Promise<MountedFiles>;

/** Every interval of the simulation, in milliseconds; the real ones are minutes and hours. */
export interface SimSettings {
  readonly csiPollInterval: number;
  /** Between two objects of one CSI sync: how long a torn set stays. */
  readonly csiObjectDelay: number;
  /** istiod acts so long after the first file event (100 ms in the real one). */
  readonly reloadDebounce: number;
  readonly cronJobEvery: number;
  /** A changed ConfigMap reaches running pods after at most this. */
  readonly kubeletConfigMapDelay: number;
  readonly leafTtl: number;
  /** A proxy renews when this part of the TTL is left; 0.5 by default, with 1 % jitter. */
  readonly gracePeriodRatio: number;
  readonly podStart: number;
  /** How long a terminating pod goes on serving before its sockets close. */
  readonly podDrain: number;
  readonly handshakesPerSecond: number;
  readonly seed: number;
}
