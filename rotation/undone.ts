import { knownOf } from './known.ts';
import { groundOf } from './mesh-view.ts';
import type { ObservedMesh } from './observed.ts';
import type { PhaseName } from './plan.ts';
import { lacks } from './proven.ts';
import { targetOf } from './targets.ts';
import type { PlanPolicy, Wanted } from './wanted.ts';

/** What of the end of a phase is seen no more right after every unit had proven it, each with its unit's name. */
export function undoneIn(
  observed: ObservedMesh,
  wanted: Wanted,
  policy: PlanPolicy,
  ended: PhaseName,
): readonly string[] {
  const ground = groundOf(observed, policy, knownOf(observed, wanted));
  return observed.units.flatMap((unit) => {
    const asked = { unit, target: targetOf(ground, unit, wanted), known: ground.known, forgiving: true };
    return [...lacks[ended](asked)].map((lack) => `${unit.unit}: ${lack}`);
  });
}
