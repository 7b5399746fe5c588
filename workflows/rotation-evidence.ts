import type { EvidenceInput } from '../activities/evidence/document.ts';
import { fewViolations } from '../rotation/few-violations.ts';
import { phaseOf } from '../rotation/course.ts';
import type { CarriedStop } from '../rotation/messages.ts';
import type { Phase, PhaseName } from '../rotation/plan.ts';
import type { RotationProgress, Stopped } from '../rotation/progress.ts';
import { sameList } from '../rotation/trust.ts';
import type { View } from './observe-mesh.ts';

/** Of the stops of the rotation as a whole between two documents so many are kept, the last. */
const mostStops = 50;

/** What a run of the workflow hands to the next. */
export interface CarriedRotationEvidence {
  readonly phases: number;
  readonly stops: readonly CarriedStop[];
}

/** What is to be kept of a rotation besides its units' steps. */
export class RotationEvidence {
  #phases: number;
  #stops: readonly CarriedStop[];

  constructor(carried?: CarriedRotationEvidence) {
    this.#phases = carried?.phases ?? 0;
    this.#stops = carried?.stops ?? [];
  }

  /** How many phases have been entered. */
  get phases(): number {
    return this.#phases;
  }

  entered(): void {
    this.#phases += 1;
  }

  /** The phase's document is kept: what comes now belongs to the next. */
  left(): void {
    this.#stops = [];
  }

  /** @param clusters none for the rotation as a whole */
  stopped({ code, message, at }: Stopped, clusters: readonly string[] = []): void {
    this.#stops = [...this.#stops, { clusters, code, message, at }].slice(-mostStops);
  }

  /** Those of the same clusters go on, or the rotation as a whole. */
  resumed(at: string, clusters: readonly string[] = []): void {
    this.#stops = this.#stops.map((stop) =>
      sameList(stop.clusters, clusters) ? { resumedAt: at, ...stop } : stop,
    );
  }

  carry(): CarriedRotationEvidence {
    return { phases: this.#phases, stops: this.#stops };
  }

  phase({ name, units }: Phase, progress: RotationProgress, at: string): EvidenceInput {
    const phase = phaseOf(progress, name);
    const words = Object.values(phase?.heard ?? {});
    return {
      kind: 'phase',
      number: this.#phases,
      phase: name,
      startedAt: phase?.startedAt ?? progress.startedAt,
      endedAt: at,
      units: units.map(({ unit }) => unit),
      clusters: units.reduce((sum, { clusters }) => sum + clusters.length, 0),
      versionsWritten: words.reduce((sum, { written }) => sum + written, 0),
      stops: this.#stops,
    };
  }

  end({ startedAt, versionsWritten, keysLeft }: RotationProgress, state: string, at: string): EvidenceInput {
    const left = keysLeft === undefined ? {} : { keysLeft };
    return { kind: 'end', state, startedAt, endedAt: at, versionsWritten, ...left, stops: this.#stops };
  }
}

/** What was planned, told before anything is written. */
export function startEvidence(
  { plan, from, to }: View,
  { startedAt, rollsBack }: Pick<RotationProgress, 'startedAt' | 'rollsBack'>,
): EvidenceInput {
  return {
    kind: 'start',
    at: startedAt,
    ...(rollsBack === undefined ? {} : { rollsBack }),
    from,
    to,
    phases: plan.phases.map(({ name, units }): { phase: PhaseName; units: number; clusters: number } => ({
      phase: name,
      units: units.length,
      clusters: units.reduce((sum, { clusters }) => sum + clusters.length, 0),
    })),
    violations: fewViolations(plan.violations).map(({ code, unit, text, overridden }) => ({
      ...{ code, unit, text },
      ...(overridden === undefined ? {} : { overridden }),
    })),
  };
}
