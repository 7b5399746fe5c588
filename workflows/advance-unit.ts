import { continueAsNew, isCancellation, setHandler } from '@temporalio/workflow';
import { Problem } from '../problems/problem.ts';
import type { UnitInput, UnitReport } from '../rotation/messages.ts';
import type { Stopped } from '../rotation/progress.ts';
import type { CarriedRun } from './carried-run.ts';
import type { At } from './carried-stage.ts';
import { unlessCutOff } from './cut-off.ts';
import { Relay } from './relay.ts';
import { reportTo, showUnit } from './reporter.ts';
import { restWatched } from './rest-watched.ts';
import { settle } from './settle.ts';
import { type HoldRequest, holdUnit, resumeUnit } from './signals.ts';
import { now } from './stage-context.ts';
import { storeUnitEvidence } from './store-evidence.ts';
import { StageWalk } from './stage-walk.ts';
import { stopReason } from './stop-reason.ts';
import { UnitRun } from './unit-run.ts';

/** What a run of the workflow hands to the next. */
export interface CarriedUnit extends At {
  readonly run: CarriedRun;
}

/**
 * One phase's step on one write unit: stage by stage, writes to the CA source and proves what must be proven
 * before the next. A failure that a person must mend stops the step until `resumeUnit`; then its stage is
 * repeated, as every stage may be. `holdUnit` brings it to rest, for a while or for ever, but never within a write to
 * several objects. Its result is its last report.
 * @param carried set by continue-as-new only
 */
export async function advanceUnit(input: UnitInput, carried?: CarriedUnit): Promise<UnitReport> {
  const run = new UnitRun(input, carried?.run);
  // The rotation would not know of what is told to a unit alone.
  setHandler(resumeUnit, ({ cluster }) => run.resume(cluster), {
    description: 'For the rotation only: send it `retry`',
  });
  const heed = ({ hold }: HoldRequest) => {
    run.hold = hold;
    // What a stopped cluster takes is another command now, though nothing else has changed.
    showUnit(input, run);
  };
  setHandler(holdUnit, heed, {
    description: 'For the rotation only: send it `pause`, `resume` or `abort`',
  });
  let closed = false;
  const reporting = reportTo(input, run, () => closed);
  let next: At | undefined = carried ?? beginningOf(0);
  try {
    next = await walk(input, run, next);
  } catch (error) {
    const why = isCancellation(error) ? cancelled(input.step.unit) : stopReason(error, now());
    if (why !== undefined) run.abandon(why);
    throw error;
  } finally {
    closed = true;
    await reporting;
  }
  if (next === undefined) return run.report();
  return continueAsNew<typeof advanceUnit>(input, { ...next, run: run.carry() });
}

/** Undefined when the step has ended; else where a new run is to go on. */
async function walk(input: UnitInput, run: UnitRun, begun: At): Promise<At | undefined> {
  let at = begun;
  for (;;) {
    const next = await walkStages(input, run, at);
    if (next === undefined) {
      const kept = await storeUnitEvidence(input, run);
      if (kept === undefined) {
        at = endOf(input);
        continue;
      }
      // On the way there a step without evidence is not proven, though nothing waits for it in an abort.
      if (kept || run.hold !== 'leave') run.finish();
      else run.leave();
      return undefined;
    }
    if (!run.held) return next;
    if (run.hold === 'leave') {
      await settle(input, run, next);
      await storeUnitEvidence(input, run);
      run.leave();
      return undefined;
    }
    at = await restWatched(input, run, next);
  }
}

/** Undefined when all stages are proven; else where to go on after a rest. */
async function walkStages(input: UnitInput, run: UnitRun, begun: At): Promise<At | undefined> {
  const relay = new Relay(input.continueEvery, () => run.held);
  for (const [index, stage] of input.step.stages.entries()) {
    if (index < begun.stage) continue;
    run.stage = index;
    const from: At = index === begun.stage ? begun : beginningOf(index);
    if (relay.due) return from;
    const walk = new StageWalk({ input, stage, run, relay }, from);
    const proven = await unlessCutOff(
      run,
      () => run.held,
      () => walk.walk(),
    );
    if (proven !== true) return { stage: index, at: walk.carry(), stood: walk.stood };
  }
  run.stage = input.step.stages.length;
  return undefined;
}

function beginningOf(stage: number): At {
  return { stage, at: undefined, stood: undefined };
}

/** The last stage, to begin anew where it was proven. */
function endOf({ step: { stages } }: UnitInput): At {
  return { stage: stages.length - 1, at: undefined, stood: stages.at(-1)?.proofs };
}

function cancelled(unit: string): Stopped {
  const { code, message, hint } = new Problem('UNIT_LOST', {
    object: unit,
    found: 'it was cancelled',
  }).report();
  return { code, message, hint, at: now() };
}
