import { withPinned, withPlan } from '../rotation/course.ts';
import type { RotationInput } from '../rotation/messages.ts';
import { blocking } from '../rotation/planner.ts';
import { rolledBackBy } from '../rotation/wanted.ts';
import { forbidden } from './forbidden.ts';
import { onceMade } from './obtain-cas.ts';
import { type View, viewMesh } from './observe-mesh.ts';
import { startEvidence } from './rotation-evidence.ts';
import type { RotationRun } from './rotation-run.ts';
import { now } from './stage-context.ts';
import { issuedCaOf } from './staged-cas.ts';
import { failWith } from './stop-reason.ts';
import { type storeEvidence, type storeIfAble, storeTurned } from './store-evidence.ts';

/**
 * The mesh as it is found, which is kept where there is anything to do. Throws what forbids the plan on a way back, since
 * another may have written, and where certificates were issued, which would be lost. Undefined where a look before has
 * failed with these, or something of theirs lacks: that is to be made first.
 */
export function firstLook(
  input: RotationInput,
  run: RotationRun,
  store: typeof storeEvidence | typeof storeIfAble,
): Promise<View | undefined> {
  return onceMade(input, run, async () => {
    try {
      await storeTurned(input);
      const fresh = await viewMesh(input);
      const problem = forbidden(input.mesh, blocking(fresh.plan));
      const stops = issuedCaOf(input.ca) !== undefined || rolledBackBy(input.ca) !== undefined;
      if (problem !== undefined && stops) throw failWith(problem);
      if (fresh.plan.phases.length > 0 && problem === undefined)
        await store(input, startEvidence(fresh, run.progress));
      return fresh;
    } catch (error) {
      run.cas.anew();
      throw error;
    }
  });
}

/** The rotation knows what it is to do, and what it has found. */
export function notePlan(run: RotationRun, { plan, from, to, untils, origin, pins }: View): void {
  run.origin = origin;
  run.progress = withPinned(withPlan(run.progress, { plan, from, to, untils }), pins);
}

/** Ends a rotation whose plan is forbidden before it has written anything. */
export function demandAllowed({ mesh }: RotationInput, run: RotationRun, view: View, show: () => void): void {
  const problem = forbidden(mesh, blocking(view.plan));
  if (problem === undefined) return;
  notePlan(run, view);
  const { code, message, hint } = problem.report();
  run.fail({ code, message, hint, at: now() });
  show();
  throw failWith(problem);
}
