import { condition, isCancellation, setHandler } from '@temporalio/workflow';
import { type WriteEvidence } from '../activities/contract.ts';
import { Problem } from '../problems/problem.ts';
import { type UnitInput, type UnitReport } from '../rotation/messages.ts';
import { type Proof, type Stage } from '../rotation/plan.ts';
import { type Stopped } from '../rotation/progress.ts';
import { looks } from './calls.ts';
import { proofSteps } from './proofs.ts';
import { reportTo } from './reporter.ts';
import { resumeUnit } from './signals.ts';
import { now, plural, type StageContext, stageRef } from './stage-context.ts';
import { stopReason } from './stop-reason.ts';
import { UnitRun } from './unit-run.ts';

/**
 * One phase's step on one write unit: stage by stage, writes to the CA source and proves what must be proven
 * before the next. A failure that a person must mend stops the step until `resumeUnit`; then it is repeated,
 * as every step may be. Its result is its last report.
 */
export async function advanceUnit(input: UnitInput): Promise<UnitReport> {
  const run = new UnitRun(input);
  setHandler(resumeUnit, ({ cluster }) => run.resume(cluster));
  let closed = false;
  const reporting = reportTo(input.parent, run, () => closed);
  try {
    for (const stage of input.step.stages) await advanceStage(input, stage, run);
    run.finish();
    return run.report();
  } catch (error) {
    if (isCancellation(error)) run.abandon(cancelled(input.step.unit));
    throw error;
  } finally {
    closed = true;
    await reporting;
  }
}

function cancelled(unit: string): Stopped {
  const { code, message, hint } = new Problem('UNIT_LOST', {
    object: unit,
    found: 'it was cancelled',
  }).report();
  return { code, message, hint, at: now() };
}

async function advanceStage(input: UnitInput, stage: Stage, run: UnitRun): Promise<void> {
  const written = await writeStage(input, stage, run);
  for (const proof of stage.proofs) await proveStage({ input, stage, run, written }, proof);
}

async function writeStage(input: UnitInput, stage: Stage, run: UnitRun): Promise<WriteEvidence> {
  const names = (['roots', 'chain', 'signer'] as const).filter((part) => stage.write[part] !== undefined);
  const summary = names.length === 0 ? 'read the CA source' : `write ${names.join(', ')} to the CA source`;
  const call = { ...stageRef(input, stage), write: stage.write, ca: input.ca, from: input.step.from };
  const written = await parked(run, run.clusters, `${stage.name}: write`, () =>
    looks().writeSource.executeWithOptions({ summary }, [call]),
  );
  run.wrote(written.written.length);
  run.prove(run.clusters, `${stage.name}: ${writtenLine(written)}`);
  return written;
}

function writtenLine({ written, versions }: WriteEvidence): string {
  if (written.length === 0) return 'the CA source has it';
  return `${plural(written.length, 'version')} written (${written.map((file) => `${file} ${versions[file]}`).join(', ')})`;
}

async function proveStage(context: StageContext, proof: Proof): Promise<void> {
  const { run, stage, input } = context;
  const { scope, prove, awaiting } = proofSteps[proof];
  const groups = scope === 'unit' ? [run.clusters] : run.clusters.map((cluster) => [cluster]);
  await Promise.all(
    groups.map(async (clusters) => {
      const attempt = () => prove(context, clusters[0] ?? input.step.unit);
      const line = await parked(run, clusters, `${stage.name}: ${proof}`, attempt, () =>
        awaiting(input.limits),
      );
      run.prove(clusters, `${stage.name}: ${line}`);
    }),
  );
}

/** Repeats `attempt` until it succeeds, and stands still after a failure until a person says `retry`. */
async function parked<T>(
  run: UnitRun,
  clusters: readonly string[],
  doing: string,
  attempt: () => Promise<T>,
  awaiting: () => ReturnType<(typeof proofSteps)[Proof]['awaiting']> = () => undefined,
): Promise<T> {
  for (;;) {
    run.begin(clusters, doing, awaiting(), now());
    try {
      return await attempt();
    } catch (error) {
      const stopped = stopReason(error, now());
      if (stopped === undefined) throw error;
      run.stop(clusters, stopped);
    }
    const before = run.resumptions(clusters);
    await condition(() => run.resumptions(clusters) > before);
  }
}
