import { blocking } from '../rotation/planner.ts';
import type { Phase } from '../rotation/plan.ts';
import type { RotationInput } from '../rotation/messages.ts';
import { forbidden } from './forbidden.ts';
import { onceMade } from './obtain-cas.ts';
import { type View, viewMesh } from './observe-mesh.ts';
import type { RotationRun } from './rotation-run.ts';
import { now } from './stage-context.ts';
import { failWith } from './stop-reason.ts';
import { stillUndone } from './still-undone.ts';

/**
 * The mesh as it is once a phase has ended. Throws what forbids to go on. Undefined where it is to be read once more:
 * something lacks that an issuer is to make before, or a unit was found wrong meanwhile.
 */
export function lookBetween(input: RotationInput, run: RotationRun, ended: Phase): Promise<View | undefined> {
  return onceMade(input, run, async () => {
    run.forgetLooks(now());
    const fresh = await viewMesh(input, { ended, former: run.origin?.certificates ?? [] });
    // What a look has seen meanwhile may be younger than what was read of that unit.
    if (run.isAnyRegressed) return undefined;
    const problem =
      forbidden(input.mesh, blocking(fresh.plan)) ?? stillUndone(run, input.mesh, ended.name, fresh);
    if (problem !== undefined) throw failWith(problem);
    return fresh;
  });
}
