import { currentPhase } from './course.ts';
import type { PhaseName } from './plan.ts';
import type { RotationProgress, StepState } from './progress.ts';

/** How many of the stopped clusters a memo names. */
const namedStops = 5;

/**
 * The short word on a rotation that outlives its worker: kept as the workflow's memo `meshturn` at each phase
 * and stop, and given as its result. At most 2 KB.
 */
export interface RotationMemo {
  readonly schema: 'meshturn.rotation-memo/v1';
  /** When it was written: it may be older than the rotation's state. */
  readonly at: string;
  readonly id: string;
  readonly kind: RotationProgress['kind'];
  readonly rollsBack?: string;
  readonly state: RotationProgress['state'];
  /** The phase that it is in; undefined before the plan and after the end. */
  readonly phase: PhaseName | undefined;
  readonly phases: readonly {
    readonly name: PhaseName;
    readonly state: StepState;
    readonly done: number;
    readonly stopped: number;
    readonly total: number;
  }[];
  readonly stopped: readonly { readonly cluster: string | undefined; readonly code: string }[];
  readonly versionsWritten: number;
  readonly digest: string;
}

export function memoOf(progress: RotationProgress, at: string): RotationMemo {
  const { id, kind, rollsBack, state, phases, stopped, versionsWritten, digest } = progress;
  const stops = phases.flatMap(({ clusters }) =>
    clusters.flatMap((step) =>
      step.stopped === undefined ? [] : [{ cluster: step.cluster, code: step.stopped.code }],
    ),
  );
  return {
    schema: 'meshturn.rotation-memo/v1',
    at,
    id,
    kind,
    ...(rollsBack === undefined ? {} : { rollsBack }),
    state,
    phase: currentPhase(progress)?.name,
    phases: phases.map(({ name, state: phase, clusters }) => ({
      name,
      state: phase,
      done: clusters.filter((step) => step.state === 'done').length,
      stopped: clusters.filter((step) => step.state === 'stopped').length,
      total: clusters.length,
    })),
    stopped: [...(stopped === undefined ? [] : [{ cluster: undefined, code: stopped.code }]), ...stops].slice(
      0,
      namedStops,
    ),
    versionsWritten,
    digest,
  };
}
