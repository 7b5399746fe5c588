import { ActivityFailure, isCancellation, log, sleep } from '@temporalio/workflow';
import { Problem } from '../problems/problem.ts';
import { phaseOf } from '../rotation/course.ts';
import type { RotationInput, UnitReport } from '../rotation/messages.ts';
import type { UnitStep } from '../rotation/plan.ts';
import { looks } from './calls.ts';
import type { RotationRun } from './rotation-run.ts';
import { now } from './stage-context.ts';

/** Silent units that are asked about at a time. */
const askedTogether = 50;

/** How often units that are under way are asked after. */
const silence = '10 minutes';

/** Asks after the units of the phase from time to time, until it is cancelled. */
export async function watchSilence(input: RotationInput, run: RotationRun): Promise<void> {
  for (;;) {
    try {
      await sleep(silence, { summary: 'until silent units are asked after' });
      await reconcile(input, run);
    } catch (error) {
      if (isCancellation(error)) return;
      if (!(error instanceof ActivityFailure)) throw error;
      log.warn('silent units could not be asked after, and will be later', { error });
    }
  }
}

/**
 * Asks the server about the units that are under way, and says in their place what those cannot say that
 * ended without a word: a workflow that was terminated stops its clusters, one whose report went astray is done.
 */
async function reconcile(input: RotationInput, run: RotationRun): Promise<void> {
  const { phase } = run;
  const silent = run.running().filter(({ unit }) => run.childOf(unit) !== undefined);
  if (phase === undefined) return;
  for (let at = 0; at < silent.length; at += askedTogether) {
    const asked = silent.slice(at, at + askedTogether);
    const children = new Map(asked.map(({ unit }) => [unit, run.childOf(unit)]));
    const standings = await looks().describeUnits.executeWithOptions(
      { summary: `ask after ${asked.length} silent units` },
      [
        {
          ...{ fleet: input.fleet, mesh: input.mesh, rotationId: input.rotationId, phase: phase.name },
          units: asked.map(({ unit }) => unit),
        },
      ],
    );
    for (const { unit, state, status } of standings) {
      const step = asked.find((candidate) => candidate.unit === unit);
      // The answer may be about a workflow in whose place, meanwhile, another was started.
      if (step === undefined || run.childOf(unit) !== children.get(unit)) continue;
      if (state === 'running') continue;
      run.hear(lastWord(run, step, state === 'completed' ? undefined : status));
    }
  }
}

/** The report that the unit's workflow owes; `lost` is the server's word for how it ended too early. */
function lastWord(run: RotationRun, step: UnitStep, lost: string | undefined): UnitReport {
  const phase = run.phase && phaseOf(run.progress, run.phase.name);
  const report = {
    rotationId: run.progress.id,
    phase: phase?.name ?? 'distribute',
    unit: step.unit,
    // Just beyond the last one heard: were the server wrong, the unit's next word would count again.
    sequence: (phase?.heard?.[step.unit]?.sequence ?? -1) + 1,
    clusters: run.stepsOf(step),
  };
  // A unit that was told to leave ends well, too.
  if (lost === undefined) return { ...report, state: run.hold === 'leave' ? 'left' : 'done' };
  const { code, message, hint } = new Problem('UNIT_LOST', { object: step.unit, found: lost }).report();
  return { ...report, state: 'stopped', stopped: { code, message, hint, at: now() } };
}
