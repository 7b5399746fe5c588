import { knownOf } from './known.ts';
import { groundOf } from './mesh-view.ts';
import type { ObservedMesh } from './observed.ts';
import type { Phase, Violation } from './plan.ts';
import { planViolations } from './plan-violations.ts';
import type { PlanPolicy, Wanted } from './wanted.ts';

/** Those that the rest of the mesh may come to break while a unit waits for its turn: 1 and 2. */
const ofTheMesh: ReadonlySet<number> = new Set([1, 2]);

/**
 * What the mesh as it is now has against the steps of a phase that are still to begin: a root that somebody no
 * longer trusts, or one that came back into use. What cannot be read was proven at the barrier; what the policy
 * overrides is left out.
 */
export function standingAgainstPhase(
  observed: ObservedMesh,
  wanted: Wanted,
  policy: PlanPolicy,
  phase: Phase,
): readonly Violation[] {
  const ground = groundOf(observed, policy, knownOf(observed, wanted));
  return planViolations({ ground, observed, wanted, phases: [phase], proven: true }).filter(
    ({ invariant, overridden }) => ofTheMesh.has(invariant) && overridden === undefined,
  );
}
