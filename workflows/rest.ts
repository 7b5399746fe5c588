import { condition } from '@temporalio/workflow';
import { doubtsByCluster } from '../rotation/doubts.ts';
import type { RotationInput } from '../rotation/messages.ts';
import { relianceOf } from '../rotation/reliance.ts';
import type { UnitStep } from '../rotation/plan.ts';
import type { StepState } from '../rotation/progress.ts';
import type { RotationRun } from './rotation-run.ts';
import { hold, startUnit } from './unit-children.ts';

const resting: ReadonlySet<StepState> = new Set(['paused', 'stopped', 'left', 'done']);
const gone: ReadonlySet<StepState> = new Set(['left', 'done']);

/** Whether a pause has brought everything to rest. */
export function isAtRest(run: RotationRun): boolean {
  return !run.looking && run.begunUnits().every((step) => isIn(run, step, resting));
}

/** Units that have a workflow and have not come to their end, nor to rest for ever. */
export function notLeft(run: RotationRun): readonly UnitStep[] {
  return run.begunUnits().filter((step) => !run.isRegressed(step) && !isIn(run, step, gone));
}

/** Those of them whose workflow is no more. */
function lost(run: RotationRun): readonly UnitStep[] {
  return notLeft(run).filter((step) =>
    run.stepsOf(step).some(({ stopped }) => stopped?.code === 'UNIT_LOST'),
  );
}

function isIn(run: RotationRun, step: UnitStep, states: ReadonlySet<StepState>): boolean {
  return run.stepsOf(step).every(({ state }) => states.has(state));
}

/** Brings every unit under way to rest for ever, or returns where a new run is to go on with that. */
export async function bringToRest(
  input: RotationInput,
  run: RotationRun,
  isFull: () => boolean,
): Promise<void> {
  while (notLeft(run).length > 0 && !isFull()) {
    await tellToLeave(input, run);
    await condition(() => isFull() || notLeft(run).length === 0 || lost(run).length > 0);
  }
}

/** A unit whose workflow is no more gets another, which makes its set whole where that is needed, and rests. */
async function tellToLeave(input: RotationInput, run: RotationRun): Promise<void> {
  const { phase, ground } = run;
  if (phase === undefined || ground === undefined) return;
  await Promise.all(
    notLeft(run).map(async (step) => {
      if (await hold(input, phase.name, step.unit, 'leave')) return;
      run.restart(phase.name, step.unit);
      run.started(step.unit);
      const known = { reliance: relianceOf(run.progress), doubts: doubtsByCluster(run.stepsOf(step)) };
      await startUnit(input, { ...ground, ...known }, phase.name, step, 'leave');
      run.begun(step.unit);
    }),
  );
}

export async function looking<T>(run: RotationRun, look: () => Promise<T>): Promise<T> {
  run.looking = true;
  try {
    return await look();
  } finally {
    run.looking = false;
  }
}
