import type { CompactRotation } from './carry.ts';
import type { PhaseName, UnitStep } from './plan.ts';
import type { ClusterStep, RotationProgress, Stopped } from './progress.ts';
import type { CarriedCas } from './requests.ts';
import type { Reliance } from './reliance.ts';
import type { MeshShape, UnitShape, TimeLimits } from './shape.ts';
import type { Fingerprint } from './trust.ts';
import type { CaRef, PlanPolicy, Wanted } from './wanted.ts';

/** The one task queue of all workflows. */
export const taskQueue = 'meshturn';

/** Activities that must reach a cluster of a group run on a queue of its own. */
export function reachQueue(group: string | undefined): string {
  return group === undefined ? taskQueue : `${taskQueue}-reach-${group}`;
}

/** What a rotation answers that takes nothing more in this run, and goes on in the next in a moment. */
export const goesOn = 'the rotation goes on in a new run';

/** One running rotation a mesh: the workflow's id. */
export function rotationWorkflowId(fleet: string, mesh: string): string {
  return `rotation/${fleet}/${mesh}`;
}

/** What names the workflow of one unit's step. */
export type UnitKey = Pick<UnitInput, 'fleet' | 'mesh' | 'rotationId' | 'phase'> & {
  readonly step: Pick<UnitStep, 'unit'>;
};

export function unitWorkflowId(input: UnitKey): string {
  return `${rotationWorkflowId(input.fleet, input.mesh)}/${input.rotationId}/${input.phase}/${input.step.unit}`;
}

/** What starts `rotate-fleet`. The rotation's id is made by the client and carried for ever. */
export interface RotationInput {
  readonly fleet: string;
  readonly mesh: string;
  readonly rotationId: string;
  readonly ca: CaRef;
  readonly policy: PlanPolicy;
  /** Continue as new after so many unit steps and looks at proven units; for tests. Otherwise when the server suggests it. */
  readonly continueEvery?: number;
  /** Continue a unit's workflow as new after so many looks at its proxies; for tests, likewise. */
  readonly continueUnitEvery?: number;
  /** Set by continue-as-new only. */
  readonly carried?: CompactRotation;
  /** Set where a running rotation has turned back. */
  readonly turned?: TurnedRotation;
}

/** What is known of a rotation that has turned back. */
export interface TurnedRotation {
  /** The roots that it found and was to bring: any other is somebody else's. */
  readonly roots: readonly Fingerprint[];
  /** Codes of what put in doubt what was proven, and was not mended before the turn. */
  readonly doubts?: readonly string[];
  /** The bundles that it found, whoever has written to a source before its turn. */
  readonly origin: Pick<Wanted, 'roots' | 'unitRoots'>;
  /** True where an issuer has made its new CA, of which something is staged. */
  readonly staged?: true;
  /** True where it was to take over what another rotation had staged: that is to be disposed of as well. */
  readonly tookOver?: true;
  /** What is still to be kept of its end; undefined where it has begun no phase. */
  readonly end?: Pick<RotationProgress, 'startedAt' | 'versionsWritten'> & {
    readonly endedAt: string;
    readonly stops: readonly CarriedStop[];
  };
}

/** A stop of a rotation as a whole, or of some clusters of it, and when it was told to go on. */
export interface CarriedStop {
  readonly clusters: readonly string[];
  readonly code: string;
  readonly message: string;
  readonly at: string;
  readonly resumedAt?: string;
}

/** What a rotation carries over continue-as-new. */
export interface CarriedRotation {
  /** Where an issuer makes the new CA: how far it is with that, once it has begun. */
  readonly cas?: CarriedCas;
  /** Undefined where the mesh has never been read whole. */
  readonly shape?: MeshShape;
  /** Of the units that have no workflow yet: where they are to end. */
  readonly wanted?: Wanted;
  /** What the rotation found at its beginning: where the way back leads. */
  readonly origin?: Wanted;
  /** The phase that has ended, where its barrier is still to be passed. */
  readonly ended?: PhaseName;
  /** When the whole mesh was last looked at, ISO 8601. */
  readonly lookedAt?: string;
  /** How often in a row the phase was needed again after its end. */
  readonly again?: number;
  /** The phase under way, or the one that has ended; those after it are planned anew at the barrier. */
  readonly phases: readonly { readonly name: PhaseName; readonly units: readonly UnitStep[] }[];
  readonly progress: RotationProgress;
  /** Units of the phase that have a workflow. */
  readonly started: readonly string[];
  /** True once a leaf by a new signer of the phase was accepted across clusters. */
  readonly accepted?: boolean;
  /** Units that are done and are no longer as they were proven. */
  readonly regressed?: readonly string[];
  readonly appliedMessages: readonly string[];
  /** What is to be kept of it: phases entered, and stops since the last document of evidence. */
  readonly evidence?: { readonly phases: number; readonly stops: readonly CarriedStop[] };
}

/** What starts `advance-unit`: one phase's step on one write unit. */
export interface UnitInput {
  readonly fleet: string;
  readonly mesh: string;
  readonly rotationId: string;
  readonly ca: CaRef;
  readonly phase: PhaseName;
  readonly step: UnitStep;
  /** Of this unit only: what every write is checked with once more, right before it. */
  readonly wanted: Wanted;
  readonly policy: PlanPolicy;
  readonly shape: UnitShape;
  readonly limits: TimeLimits;
  /** Workflow id of the rotation, which the reports go to. */
  readonly parent: string;
  /** What the Temporal UI tells by whether the mesh is safe; undefined of units that were started without it. */
  readonly reliance?: Reliance;
  /** By cluster what is in doubt, where the workflow takes over from another one. */
  readonly doubts?: Readonly<Record<string, readonly string[]>>;
  /** A command that was in force as the unit's workflow was started. */
  readonly hold?: Hold;
  /** Continue as new after so many looks at the unit's proxies; for tests. Otherwise when the server suggests it. */
  readonly continueEvery?: number;
}

/** A unit's word to its rotation; the same one may arrive twice. */
export interface UnitReport {
  readonly rotationId: string;
  readonly phase: PhaseName;
  readonly unit: string;
  /** Counts up within one unit's step, so that a late report never undoes a newer one. */
  readonly sequence: number;
  readonly state: 'running' | 'done' | 'stopped' | 'paused' | 'left';
  readonly clusters: readonly ClusterStep[];
  readonly stopped?: Stopped;
  /** Versions of CA source objects that the unit wrote in this phase up to now. */
  readonly written?: number;
  /** True once a leaf by its new signer was accepted across clusters. */
  readonly accepted?: boolean;
}

/** What keeps a unit from going on: `pause` until it is told otherwise, `leave` for ever. */
export type Hold = 'pause' | 'leave';

/** The argument of the updates `pause`, `resume`, `abort` and `rollback`. */
export interface CommandRequest {
  /** `digest` of the status that the person saw; another state refuses the command. */
  readonly digest?: string;
  readonly reason?: string;
}

/** The argument of update `retry`: without a cluster, every stopped one of the phase. */
export interface RetryRequest extends CommandRequest {
  readonly cluster?: string;
  readonly phase?: PhaseName;
}

export const messages = {
  pause: 'pause',
  resume: 'resume',
  retry: 'retry',
  abort: 'abort',
  rollback: 'rollback',
  status: 'status',
  unitReported: 'unitReported',
  resumeUnit: 'resumeUnit',
  holdUnit: 'holdUnit',
  requests: 'requests',
  submitCertificate: 'submitCertificate',
} as const;
