import { blocking } from '../../rotation/planner.ts';
import { hasWrites, type PlanView } from './plan.ts';

/** A plan as JSON, schema meshturn.plan/v1. */
export function planDocument({
  fleet,
  observed,
  wanted,
  plan,
  phaseSeconds,
  trustHolders,
}: PlanView): string {
  const document = {
    schema: 'meshturn.plan/v1',
    fleet,
    mesh: observed.mesh,
    changes: hasWrites(plan),
    blocked: blocking(plan).length > 0,
    plan,
    phaseSeconds,
    trustHolders,
    wanted,
    observed,
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}
