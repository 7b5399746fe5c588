import { type Untils, withPhase, withPlan } from './course.ts';
import type { Plan } from './plan.ts';
import type { RotationProgress } from './progress.ts';

/** Puts a plan made at a barrier in the place of what was still to come; phases that have ended stay told. */
export function withNewPlan(progress: RotationProgress, plan: Plan, untils: Untils): RotationProgress {
  const { from, to } = progress;
  const planned = new Set(plan.phases.map(({ name }) => name));
  const ended = progress.phases.filter(({ name, state }) => state === 'done' && !planned.has(name));
  const laid = withPlan(progress, { plan, from, to, untils });
  const phases = [...ended, ...laid.phases];
  const [first] = phases;
  return first === undefined ? laid : withPhase({ ...laid, phases }, first.name, (phase) => phase);
}
