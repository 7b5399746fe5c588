import type { TimeLimits, WorkloadsPolicy } from '../rotation/shape.ts';
import type { Fingerprint } from '../rotation/trust.ts';

/** How a cluster's API server is reached. A path is absolute: resolved against the fleet file's folder. */
export type ClusterAccess =
  | { readonly kind: 'kubeconfig'; readonly path: string | undefined; readonly context: string | undefined }
  | { readonly kind: 'inCluster' };

/** Names of the four secrets of a CA in a vault. */
export interface ObjectNames {
  readonly root: string;
  readonly cert: string;
  readonly key: string;
  readonly chain: string;
}

/** For emulators and the simulation only: a service behind a CA of its own, with a bearer token from a file. */
export interface VaultEmulator {
  readonly caFile: string;
  readonly tokenFile: string;
}

/** A CA source in Azure Key Vault; what is undefined is read from the cluster's SecretProviderClass. */
export interface KeyVaultSettings {
  readonly url: string | undefined;
  readonly objects: ObjectNames | undefined;
  readonly emulator: VaultEmulator | undefined;
}

export interface Cluster {
  readonly name: string;
  readonly access: ClusterAccess;
  /** Found in the cluster where undefined. */
  readonly istioNamespace: string | undefined;
  readonly revision: string | undefined;
  /** Name of the cluster whose istiod serves this one; its own name unless the file says otherwise. */
  readonly controlPlane: string;
  readonly keyVault: KeyVaultSettings;
  readonly reach: string | undefined;
  /** The mesh's policy with the cluster's own laid over it. */
  readonly workloads: WorkloadsPolicy;
  readonly cronJob: 'wait' | 'runNow';
  /** Whether a proxy that no port-forward reaches is asked by a command in its pod. */
  readonly execFallback: boolean;
}

/** Something outside the census that trusts the mesh's roots; a person answers for it. */
export interface TrustHolder {
  readonly name: string;
  readonly description: string | undefined;
  /** It shows istiod a certificate, as VMs do, and no token. */
  readonly authenticates?: 'certificate';
}

/** Who makes the intermediates of a new CA. `files`: whoever has filled its folder. Paths are absolute. */
export type Issuer =
  | { readonly kind: 'files' }
  | {
      readonly kind: 'rootKey';
      readonly path: string;
      /** The environment variable of the worker that holds the passphrase of the key. */
      readonly passphraseEnv: string | undefined;
    }
  | {
      readonly kind: 'keyVaultKey';
      /** `https://VAULT/keys/NAME`, or one version of the key. */
      readonly key: string;
      readonly emulator: VaultEmulator | undefined;
    }
  | {
      readonly kind: 'command';
      /** The program and its arguments, as no shell reads them. */
      readonly run: readonly string[];
      /** The fleet file's, in which the program starts. */
      readonly folder: string;
      /** Seconds. */
      readonly timeout: number;
      /** Variables of the worker's environment that it is given, beside harmless ones. */
      readonly env: readonly string[];
    }
  | { readonly kind: 'offline' };

export interface Mesh {
  readonly name: string;
  readonly trustDomain: string;
  readonly issuer: Issuer;
  readonly waveWidth: number;
  readonly limits: TimeLimits;
  readonly clusters: readonly Cluster[];
  readonly trustHolders: readonly TrustHolder[];
  /** Roots that must never come back. */
  readonly compromised: readonly Fingerprint[];
}

/** Where the evidence of rotations is kept. A path is absolute. */
export type EvidencePlace =
  | { readonly kind: 'folder'; readonly path: string }
  | {
      readonly kind: 'azureBlob';
      /** `https://ACCOUNT.blob.core.windows.net/CONTAINER` */
      readonly url: string;
      readonly emulator: VaultEmulator | undefined;
    };

/** A fleet file, parsed, with every default filled in. */
export interface Fleet {
  readonly name: string;
  /** Absolute path of the file. */
  readonly file: string;
  readonly evidence: EvidencePlace;
  readonly meshes: readonly Mesh[];
}
