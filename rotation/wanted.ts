import type { CertFacts, Fingerprint, Signer } from './trust.ts';

export type RotationKind = 'root' | 'intermediate';

/** Where a rotation is to end. */
export interface Wanted {
  readonly kind: RotationKind;
  /** The bundle in the end; an intermediate rotation leaves every unit's bundle as it is. */
  readonly roots: readonly Fingerprint[];
  /** Of units whose bundle in the end is another, by unit name. */
  readonly unitRoots?: Readonly<Record<string, readonly Fingerprint[]>>;
  /** The signer of every write unit in the end, by unit name. */
  readonly signers: Readonly<Record<string, Signer>>;
  readonly certificates: readonly CertFacts[];
}

/** Where the new CA comes from: a folder of PEM files that the worker can read. */
export interface CaRef {
  readonly kind: RotationKind;
  readonly directory: string;
}

/** An invariant that a person chose to break, and why; kept in the rotation's history. */
export interface Override {
  readonly invariant: string;
  readonly reason: string;
}

/** What the planner must respect besides the invariants. */
export interface PlanPolicy {
  /** `three` by default; `two` is the AKS article's way, S0 → S1 → S3, which breaks invariant 2. */
  readonly phases: 'three' | 'two';
  /** `beforeKey` by default. `afterKey` writes the chain last and breaks invariant 5. */
  readonly chain: 'beforeKey' | 'afterKey';
  /** Units that act at a time in a phase. */
  readonly waveWidth: number;
  /** How long the whole rotation may take, for invariant 7. */
  readonly expectedSeconds: number;
  /** Roots that must never come back (invariant 8). */
  readonly compromised: readonly Fingerprint[];
  readonly overrides: readonly Override[];
}
