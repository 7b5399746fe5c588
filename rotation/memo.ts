import { currentPhase } from './course.ts';
import type { PhaseName } from './plan.ts';
import type { RotationProgress, StepState } from './progress.ts';
import { relianceOf } from './reliance.ts';
import { safetyIn, safetyWords } from './safety.ts';

/** How many of the stopped clusters a memo names. */
const namedStops = 5;
/** Of the first stop's message and hint so many characters each. */
const toldOfStop = 240;

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
  /** The first one with what was seen and what to do, as far as there is room. */
  readonly stopped: readonly {
    readonly cluster: string | undefined;
    readonly code: string;
    readonly message?: string;
    readonly hint?: string;
  }[];
  /** In words whether the mesh is safe and until when, where anything is stopped. */
  readonly safety?: string;
  readonly versionsWritten: number;
  readonly digest: string;
}

export function memoOf(progress: RotationProgress, at: string): RotationMemo {
  const { id, kind, rollsBack, state, phases, stopped, versionsWritten, digest } = progress;
  const stops = [
    ...(stopped === undefined ? [] : [{ cluster: undefined, stopped }]),
    ...phases.flatMap(({ clusters }) =>
      clusters.flatMap(({ cluster, stopped: stop }) =>
        stop === undefined ? [] : [{ cluster, stopped: stop }],
      ),
    ),
  ];
  const reliance = relianceOf(progress);
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
    stopped: stops.slice(0, namedStops).map(({ cluster, stopped: { code, message, hint } }, index) => ({
      ...{ cluster, code },
      ...(index === 0 ? { message: brief(message), hint: brief(hint) } : {}),
    })),
    ...(stops.length === 0
      ? {}
      : { safety: safetyWords(safetyIn(progress, reliance, at), reliance, (day) => day.slice(0, 10)) }),
    versionsWritten,
    digest,
  };
}

function brief(text: string): string {
  return text.length <= toldOfStop ? text : `${text.slice(0, toldOfStop)}…`;
}
