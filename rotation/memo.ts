import { currentPhase, stopsIn } from './course.ts';
import type { PhaseName } from './plan.ts';
import type { RotationProgress, StepState } from './progress.ts';
import { type Told, toldOf } from './told.ts';
import { wordsOf } from './ways-on.ts';

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
  /** The workflow may have gone on in new runs since. */
  readonly startedAt?: string;
  readonly kind: RotationProgress['kind'];
  readonly rollsBack?: string;
  readonly state: RotationProgress['state'];
  /** Only where the Temporal server has ended it. */
  readonly endedAt?: string;
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
  /** In words whether the mesh is safe and until when, where it stays as it is until a person goes on. */
  readonly safety?: string;
  /** What to do then, line by line: `Go on: meshturn rotation resume prod/payments`. */
  readonly next?: readonly string[];
  /** Where keys were not disposed of: of which units, in words. */
  readonly keysLeft?: string;
  readonly versionsWritten: number;
  readonly digest: string;
}

export function memoOf(progress: RotationProgress, at: string): RotationMemo {
  const { id, startedAt, kind, rollsBack, state, phases, stopped, versionsWritten, digest } = progress;
  const stops = [...(stopped === undefined ? [] : [{ cluster: undefined, stopped }]), ...stopsIn(progress)];
  const told = toldOf(progress, { at, when: (instant) => instant.slice(0, 10), most: namedStops });
  const next = nextOf(told, stopped === undefined && stops.length > 1);
  return {
    schema: 'meshturn.rotation-memo/v1',
    at,
    ...{ id, startedAt, kind },
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
      ...(index === 0 ? { message: brief(message), hint: brief(told.stops[0]?.hint ?? hint) } : {}),
    })),
    ...(told.safety === undefined ? {} : { safety: told.safety }),
    ...(next.length === 0 ? {} : { next }),
    ...(told.left === undefined ? {} : { keysLeft: brief(`${told.left.code}: ${told.left.words}`) }),
    versionsWritten,
    digest,
  };
}

/** @param many whether several clusters are stopped: a `retry` of the first one would not do */
function nextOf({ steps, stops: [first], others }: Told, many: boolean): readonly string[] {
  const known = new Set(steps.map(({ typed }) => typed));
  const after = first === undefined ? [] : many ? others.steps : first.steps;
  return [...steps, ...after.filter(({ typed }) => !known.has(typed))].map(wordsOf);
}

function brief(text: string): string {
  return text.length <= toldOfStop ? text : `${text.slice(0, toldOfStop)}…`;
}
