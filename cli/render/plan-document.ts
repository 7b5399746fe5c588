import type { TrustHolder } from '../../fleet/fleet.ts';
import type { ObservedMesh } from '../../rotation/observed.ts';
import type { Plan } from '../../rotation/plan.ts';
import { blocking } from '../../rotation/planner.ts';
import type { Wanted } from '../../rotation/wanted.ts';
import { hasWrites, type PlanView } from './plan.ts';
import { json } from './json.ts';

/** What `rotation plan -o json` prints. Additive changes only. */
export interface PlanDocument {
  readonly schema: 'meshturn.plan/v1';
  readonly fleet: string;
  readonly mesh: string;
  /** True where something would be written. */
  readonly changes: boolean;
  /** True where a violation forbids to start it. */
  readonly blocked: boolean;
  readonly plan: Plan;
  /** Usual length of each phase, in the order of the plan. */
  readonly phaseSeconds: readonly number[];
  readonly trustHolders: readonly TrustHolder[];
  readonly wanted: Wanted;
  readonly observed: ObservedMesh;
}

/** A plan as JSON. */
export function planDocument({
  fleet,
  observed,
  wanted,
  plan,
  phaseSeconds,
  trustHolders,
}: PlanView): string {
  const document: PlanDocument = {
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
  return json(document);
}
