import { continueAsNew, isCancellation, setHandler } from '@temporalio/workflow';
import { Problem } from '../problems/problem.ts';
import { type UnitInput, type UnitReport } from '../rotation/messages.ts';
import { type Stopped } from '../rotation/progress.ts';
import { Relay } from './relay.ts';
import { reportTo } from './reporter.ts';
import { resumeUnit } from './signals.ts';
import { now } from './stage-context.ts';
import { storeUnitEvidence } from './store-evidence.ts';
import { type CarriedStage, StageWalk } from './stage-walk.ts';
import { stopReason } from './stop-reason.ts';
import { type CarriedRun, UnitRun } from './unit-run.ts';

/** What a run of the workflow hands to the next. */
export interface CarriedUnit {
  /** Of the step's stages, the one that is under way. */
  readonly stage: number;
  readonly at: CarriedStage | undefined;
  readonly run: CarriedRun;
}

/**
 * One phase's step on one write unit: stage by stage, writes to the CA source and proves what must be proven
 * before the next. A failure that a person must mend stops the step until `resumeUnit`; then its stage is
 * repeated, as every stage may be. Its result is its last report.
 * @param carried set by continue-as-new only
 */
export async function advanceUnit(input: UnitInput, carried?: CarriedUnit): Promise<UnitReport> {
  const run = new UnitRun(input, carried?.run);
  setHandler(resumeUnit, ({ cluster }) => run.resume(cluster));
  let closed = false;
  const reporting = reportTo(input.parent, run, () => closed);
  let next: Omit<CarriedUnit, 'run'> | undefined;
  try {
    next = await walkStages(input, run, carried);
    if (next === undefined) {
      await storeUnitEvidence(input, run);
      run.finish();
    }
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

/** Undefined when all stages are proven; else where a new run is to go on. */
async function walkStages(
  input: UnitInput,
  run: UnitRun,
  carried: CarriedUnit | undefined,
): Promise<Omit<CarriedUnit, 'run'> | undefined> {
  const relay = new Relay(input.continueEvery);
  const begun = carried?.stage ?? 0;
  for (const [index, stage] of input.step.stages.entries()) {
    if (index < begun) continue;
    if (relay.due) return { stage: index, at: undefined };
    const walk = new StageWalk({ input, stage, run, relay }, index === begun ? carried?.at : undefined);
    if (!(await walk.walk())) return { stage: index, at: walk.carry() };
  }
  return undefined;
}

function cancelled(unit: string): Stopped {
  const { code, message, hint } = new Problem('UNIT_LOST', {
    object: unit,
    found: 'it was cancelled',
  }).report();
  return { code, message, hint, at: now() };
}
