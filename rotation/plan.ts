import type { Fingerprint, TrustState } from './trust.ts';
import type { RotationKind } from './wanted.ts';

/** `replace` is the second half of the two-phase rotation: roots and signer in one step. */
export type PhaseName = 'distribute' | 'activate' | 'revoke' | 'replace';

export type StageName =
  | 'mend-roots'
  | 'add-roots'
  | 'repeat-roots'
  | 'mend-chain'
  | 'chain-of-both'
  | 'signer'
  | 'trim-chain'
  | 'drop-roots'
  | 'replace-all';

/**
 * One write to a CA source: only what is named changes, in the order roots, chain, key, certificate. Every
 * value is an ordered list of fingerprints; the writer finds their exact bytes in the source's present and past
 * versions and in the new CA, and re-encodes none (invariant 4).
 */
export interface SourceWrite {
  readonly roots?: readonly Fingerprint[];
  readonly chain?: readonly Fingerprint[];
  /** The intermediate; its private key goes with it. */
  readonly signer?: Fingerprint;
  /** True where the bundle gets the signer's root only with the next write: until then no istiod loads the set. */
  readonly rootsLater?: boolean;
  /** True only where an override asks for it: the chain gets the signer only with the next write. */
  readonly chainLater?: boolean;
}

/** What must be proven after a write before the next one, in this order. */
export type Proof = 'synced' | 'loaded' | 'accepted' | 'secondPlane' | 'converged';

export interface Stage {
  readonly name: StageName;
  readonly write: SourceWrite;
  readonly proofs: readonly Proof[];
  /**
   * What every istiod serves, and every proxy holds, once the stage is proven. For `loaded` the bundle is a
   * list: order and duplicates count, as istiod hands out the file as it is. For proxies it is a set.
   */
  readonly expect: TrustState;
  /** What cert-chain.pem holds once the stage is written. */
  readonly chain: readonly Fingerprint[];
}

/** What one write unit does in one phase. A unit that is already there has one stage, which writes nothing. */
export interface UnitStep {
  readonly unit: string;
  readonly controlPlanes: readonly string[];
  readonly clusters: readonly string[];
  readonly from: TrustState;
  /** What cert-chain.pem holds before the first stage. */
  readonly chain: readonly Fingerprint[];
  readonly to: TrustState;
  readonly stages: readonly Stage[];
  /** Seconds, rounded up; the longest life of a leaf that was seen in its clusters. Undefined where none was. */
  readonly longestLeaf?: number;
}

export interface Phase {
  readonly name: PhaseName;
  /** Ends before the next phase begins, in every unit: the barrier. */
  readonly units: readonly UnitStep[];
}

/** An invariant that the plan, or the mesh as it stands, breaks. */
export interface Violation {
  /** Number of the invariant, 1 to 9; 0 for what blocks a plan besides them. */
  readonly invariant: number;
  readonly code: string;
  readonly unit: string;
  readonly text: string;
  readonly mend: string;
  /** The reason given by whoever overrode it. */
  readonly overridden?: string;
}

export interface Plan {
  readonly kind: RotationKind;
  readonly phases: readonly Phase[];
  readonly violations: readonly Violation[];
}
