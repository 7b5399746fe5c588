import type { Footing } from './footing.ts';
import type { KeysLeft } from './keys-left.ts';
import type { PhaseName, Violation } from './plan.ts';
import type { Standing } from './standing.ts';
import type { CertFacts, Fingerprint } from './trust.ts';
import type { RotationKind } from './wanted.ts';

/** `paused` rests until `resume`; `left` was brought to rest before its end, for an abort or the way back. */
export type StepState = 'waiting' | 'running' | 'stopped' | 'paused' | 'left' | 'done';

/** How the Temporal server ends a rotation, which can say nothing of it then; `crashed` by a mistake in its own code. */
export type ServerEnd = 'terminated' | 'cancelled' | 'timedOut' | 'crashed';

/**
 * `pausing`, `aborting` and `turningBack` last until every unit has come to rest. The last four are for ever, and so is
 * what only the Temporal server can tell.
 */
export type RotationState =
  | 'observing'
  | 'running'
  | 'stopped'
  | 'pausing'
  | 'paused'
  | 'aborting'
  | 'turningBack'
  | 'rollingBack'
  | 'completed'
  | 'failed'
  | 'aborted'
  | 'rolledBack'
  | ServerEnd;

/** A command that lasts: it is in force until it is carried out, or another takes its place. */
export interface CommandGiven {
  readonly name: 'pause' | 'abort' | 'rollback';
  readonly reason: string | undefined;
  readonly at: string;
}

/** Why a step stands still until a person does something. */
export interface Stopped {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly at: string;
  /** Of a cluster that its own step stopped. */
  readonly footing?: Footing;
  /** Likewise; seconds, the longest life of a leaf that was seen in the clusters of its unit. */
  readonly longestLeaf?: number;
  /** Codes of what forbids to go on, where a person may override all of it. */
  readonly overridable?: readonly string[];
}

/** What is waited for, in words, and the instant that bounds the wait. */
export interface Awaiting {
  readonly what: string;
  readonly until: string | undefined;
}

/** One cluster in one phase. */
export interface ClusterStep {
  readonly cluster: string;
  readonly state: StepState;
  /** The stage and proof it is in, in words: `chain-of-both: synced`. */
  readonly doing: string | undefined;
  readonly since: string | undefined;
  readonly awaiting: Awaiting | undefined;
  readonly done: number;
  readonly total: number;
  /** One line a proof, oldest first. */
  readonly evidence: readonly string[];
  readonly stopped: Stopped | undefined;
  /** Codes of what stopped it and put in doubt what was proven of it, until its stage is proven anew. */
  readonly doubts?: readonly string[];
}

export interface PhaseProgress {
  readonly name: PhaseName;
  readonly state: StepState;
  readonly startedAt: string | undefined;
  readonly endedAt: string | undefined;
  /** The first certificate to expire of those that the mesh relies on in it. */
  readonly until?: CertFacts;
  readonly clusters: readonly ClusterStep[];
  /** The last word of every write unit, by its name. */
  readonly heard?: Readonly<Record<string, UnitWord>>;
}

/** Of a unit's reports the newest counts: later ones of a lower sequence are ignored. */
interface UnitWord {
  readonly sequence: number;
  /** Versions of CA source objects that the unit wrote in this phase. */
  readonly written: number;
}

/** The state of a rotation as one value; workflow, CLI and report share it. Documented as meshturn.rotation/v1. */
export interface RotationProgress {
  readonly schema: 'meshturn.rotation/v1';
  readonly id: string;
  readonly fleet: string;
  readonly mesh: string;
  readonly kind: RotationKind;
  /** The id of the rotation that it leads back; only on a way back. */
  readonly rollsBack?: string;
  readonly state: RotationState;
  readonly startedAt: string;
  readonly endedAt: string | undefined;
  readonly from: readonly CertFacts[];
  readonly to: readonly CertFacts[];
  /** Those of `from` that are not in `to` and that the mesh configuration pins, as last seen; mostly left out. */
  readonly pinned?: readonly Fingerprint[];
  readonly phases: readonly PhaseProgress[];
  readonly violations: readonly Violation[];
  readonly stopped: Stopped | undefined;
  /** Codes of what stopped it and put in doubt what was proven of the mesh, until that was looked at anew. */
  readonly doubts?: readonly string[];
  /** What a person told it last, while that is in force; of an ended rotation, what ended it. */
  readonly command?: CommandGiven | undefined;
  /** Where it has left the mesh; only where it was aborted. */
  readonly standing?: Standing;
  /** What it waits for before it can look at the mesh and plan; mostly left out. */
  readonly awaiting?: Awaiting;
  /** True where it has come to its goal, and all that is left to do is to dispose of staged keys; otherwise left out. */
  readonly disposing?: true | undefined;
  /** Where keys were not disposed of when it ended; mostly left out. */
  readonly keysLeft?: KeysLeft;
  readonly versionsWritten: number;
  /** Changes with every change of state; commands name the one they were decided upon. */
  readonly digest: string;
}
