import { knownOf } from './known.ts';
import { groundOf } from './mesh-view.ts';
import type { ObservedMesh } from './observed.ts';
import type { PhaseName, Plan } from './plan.ts';
import type { RotationProgress } from './progress.ts';
import { lacks } from './proven.ts';
import { targetOf } from './targets.ts';
import type { PlanPolicy, Wanted } from './wanted.ts';

const order: readonly PhaseName[] = ['distribute', 'activate', 'revoke', 'replace'];

/** The phase that has ended, or one before it, where that is needed next; undefined where the plan leads on. */
export function neededAgain({ phases }: Plan, ended: PhaseName): PhaseName | undefined {
  const next = phases[0]?.name;
  return next !== undefined && order.indexOf(next) <= order.indexOf(ended) ? next : undefined;
}

/** Whether a plan leads to a phase beyond all that have ended: going to and fro between two is no progress. */
export function leadsFurther({ phases }: Plan, progress: Pick<RotationProgress, 'phases'>): boolean {
  const [next] = phases;
  if (next === undefined) return true;
  const ended = progress.phases.filter(({ endedAt }) => endedAt !== undefined);
  return ended.every(({ name }) => order.indexOf(name) < order.indexOf(next.name));
}

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
