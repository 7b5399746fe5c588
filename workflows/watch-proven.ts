import type { RotationInput } from '../rotation/messages.ts';
import type { UnitStep } from '../rotation/plan.ts';
import { reachOf } from '../rotation/shape.ts';
import { inGroups } from '../rotation/side-by-side.ts';
import { keepWatch, regressed, watchUnits } from './keep-watch.ts';
import { servedBy } from './known-of-unit.ts';
import { provenUnits } from './proven-units.ts';
import type { RotationRun } from './rotation-run.ts';
import { now } from './stage-context.ts';

/** Units that are looked at by one activity: its result stays below 16 KB. */
const lookedAtTogether = 10;

/**
 * Looks from time to time at the units that have ended the phase, while others have not, and at those that wait for
 * their turn, until it is cancelled. One that is no longer as it was proven stops, so that no other begins and the
 * barrier stays shut, and stands again where it stood when it is.
 */
export async function watchProven(input: RotationInput, run: RotationRun, show: () => void): Promise<void> {
  const limits = run.ground?.shape.limits;
  if (limits === undefined) return;
  await keepWatch({
    limits,
    summary: 'until units that are done or wait for their turn are looked at again',
    wanted: () => run.lookWanted,
    look: async () => {
      run.lookWanted = false;
      run.count();
      for (const { items: units, kind: reach } of groups(run)) {
        const proven = units.map(([{ unit, controlPlanes }, stage]) => {
          return { unit, controlPlanes, ...servedBy(stage) };
        });
        const { regressions } = await watchUnits({ ...input, limits }, proven, reach);
        const still = provenUnits(run);
        for (const [step, { expect }] of units) {
          // A `retry` may have begun its step anew meanwhile, or its turn may have come.
          if (still.get(step)?.expect !== expect) continue;
          const found = regressions.find(({ unit }) => unit === step.unit);
          run.saw(step, found && regressed(found), now());
        }
        show();
      }
    },
  });
}

/** Units that the same workers reach, some at a time. */
function groups(run: RotationRun) {
  const shapes = new Map(run.ground?.shape.units.map((shape) => [shape.unit, shape]));
  const groupOf = ([{ unit }]: readonly [UnitStep, unknown]) => {
    const shape = shapes.get(unit);
    return shape && reachOf(shape);
  };
  return inGroups([...provenUnits(run)], lookedAtTogether, groupOf);
}
