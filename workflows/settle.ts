import type { UnitInput } from '../rotation/messages.ts';
import { heartbeatingLooks } from './calls.ts';
import type { At } from './carried-stage.ts';
import { demandInvariants } from './guard.ts';
import { isSound } from '../rotation/set-state.ts';
import { reachOf } from '../rotation/shape.ts';
import { knownAt, standStill } from './stand-still.ts';
import type { UnitRun } from './unit-run.ts';
import { untilDone } from './until-done.ts';
import { writeStage } from './write-stage.ts';

/**
 * Makes the unit's set whole where a write to several objects has failed: looks at it, and finishes what is torn,
 * write by write. What stands in the way stops the unit, to be tried again when it is told to go on.
 */
export async function settle(input: UnitInput, run: UnitRun, next: At): Promise<void> {
  if (isSound(run.set)) return;
  const still = { input, run, known: knownAt(input, run, next) };
  await untilDone(
    run,
    () => finish(input, run, next.stage),
    (until) => standStill(still, until),
  );
  run.set = 'whole';
}

async function finish(input: UnitInput, run: UnitRun, from: number): Promise<void> {
  for (const stage of input.step.stages.slice(from)) {
    if (await isWhole(input)) return;
    // Since the write was cut off, what it needs may have ceased to hold.
    await demandInvariants(input, stage);
    const written = await writeStage(input, stage);
    run.wrote(stage.name, written.written.length);
    run.evidence.wrote(stage, written);
  }
}

async function isWhole(input: UnitInput): Promise<boolean> {
  const { fleet, mesh, step } = input;
  const { unit, controlPlanes } = step;
  const { observeUnit } = heartbeatingLooks(reachOf(input.shape));
  const summary = `look whether the CA set of ${unit} is whole`;
  const { source } = await observeUnit.executeWithOptions({ summary }, [
    { fleet, mesh, unit, controlPlanes },
  ]);
  return source.signer !== undefined && source.chain.includes(source.signer.fingerprint);
}
