import type { CertFacts, Fingerprint, Signer } from './trust.ts';

export type RotationKind = 'root' | 'intermediate';

/** Where a rotation is to end. */
export interface Wanted {
  readonly kind: RotationKind;
  /** The bundle in the end; an intermediate rotation leaves every unit's bundle as it is. */
  readonly roots: readonly Fingerprint[];
  /** Of units whose bundle in the end is another, by unit name. */
  readonly unitRoots?: Readonly<Record<string, readonly Fingerprint[]>>;
  /** True where order and duplicates of a bundle are wanted as well: on a way back, to the byte. */
  readonly exact?: true;
  /** The signer of every write unit in the end, by unit name. */
  readonly signers: Readonly<Record<string, Signer>>;
  readonly certificates: readonly CertFacts[];
}

/** The same as it was read. */
export interface ReadCa extends Wanted {
  /** On a way back: the intermediates that each unit had before the rotation, and those that rotations gave it since. */
  readonly had?: Readonly<Record<string, readonly Fingerprint[]>>;
  /** Before an issuer makes a unit's intermediate: the rotation that has staged one there, by unit name. */
  readonly stagedBy?: Readonly<Record<string, string>>;
}

/** Who makes the intermediates of a new CA, where they are not in its folder; by the fleet file's `issuer`. */
export type IssuerKind = 'rootKey' | 'keyVaultKey' | 'command' | 'offline';

/** A new CA in a folder of PEM files that the worker can read. */
export interface CaFolder {
  readonly kind: RotationKind;
  readonly directory: string;
  /** Left out where the folder holds every unit's intermediate with its key: then it has no more than root-cert.pem. */
  readonly issuer?: IssuerKind;
}

/** What every CA source held before a rotation first wrote to it: where the way back of that rotation leads. */
export interface FormerCa {
  readonly kind: RotationKind;
  /** The id of the rotation. */
  readonly before: string;
  /** True where a person named it: one that no CA source knows is a mistake then, and of which kind it is they tell. */
  readonly named?: true;
  /** True where an issuer makes the mesh's intermediates: the rotation may have left something staged. */
  readonly issued?: true;
}

/** Where the CA that a rotation leads to comes from. */
export type CaRef = CaFolder | FormerCa;

/** The rotation that one with this goal leads back; undefined where it leads to a new CA. */
export function rolledBackBy(ca: CaRef): string | undefined {
  return 'before' in ca ? ca.before : undefined;
}

/** Who makes the intermediates that a rotation leads to; undefined where they are there already. */
export function issuerOf(ca: CaRef): IssuerKind | undefined {
  return 'before' in ca ? undefined : ca.issuer;
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
  /** Trust holders that show istiod a certificate, by name. */
  readonly certificateHolders?: readonly string[];
}
