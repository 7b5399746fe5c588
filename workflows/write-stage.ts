import type { WriteEvidence } from '../activities/contract.ts';
import type { UnitInput } from '../rotation/messages.ts';
import { leavesOpen, mayTear, onlyReads } from '../rotation/one-write.ts';
import type { SourceWrite, Stage } from '../rotation/plan.ts';
import { takesOver } from '../rotation/own-lease.ts';
import { isSound, type SetState } from '../rotation/set-state.ts';
import { reachOf } from '../rotation/shape.ts';
import { looks } from './calls.ts';
import { servedBy } from './known-of-unit.ts';
import { plural, stageRef } from './stage-context.ts';
import { wasUntouched } from './stop-reason.ts';
import type { UnitRun } from './unit-run.ts';

/** Writes what the stage changes; where all is there already it only tells the versions. */
export async function writeStage(input: UnitInput, stage: Stage): Promise<WriteEvidence> {
  const names = (['roots', 'chain', 'signer'] as const).filter((part) => stage.write[part] !== undefined);
  const summary = names.length === 0 ? 'read the CA source' : `write ${names.join(', ')} to the CA source`;
  const { from, stages } = input.step;
  const before = stages[stages.indexOf(stage) - 1];
  const reached = [...(before === undefined ? [] : [before]), stage].map(servedBy);
  const call = {
    ...{ ...stageRef(input, stage), write: stage.write, ca: input.ca, from, reached },
    ...(takesOver(input.policy) ? { takeOver: true } : {}),
  };
  return looks(reachOf(input.shape), input.limits.heartbeat).writeSource.executeWithOptions({ summary }, [
    call,
  ]);
}

/** The same write, within which no command brings the unit to rest. */
export async function writeGuarded(input: UnitInput, stage: Stage, run: UnitRun): Promise<WriteEvidence> {
  const before = run.set;
  run.set = 'writing';
  try {
    const written = await writeStage(input, stage);
    run.set = leavesOpen(stage.write) ? 'writing' : 'whole';
    return written;
  } catch (error) {
    run.set = afterFailed(stage.write, before, error);
    throw error;
  }
}

/** What failed may have been carried out all the same, unless it says that it was not begun. */
function afterFailed(write: SourceWrite, before: SetState, error: unknown): SetState {
  if (!isSound(before)) return 'unsure';
  if (onlyReads(write) || wasUntouched(error)) return before;
  return mayTear(write) ? 'unsure' : 'either';
}

/** What was written, in words. */
export function writtenLine({ written, versions }: WriteEvidence): string {
  if (written.length === 0) return 'the CA source has it';
  return `${plural(written.length, 'version')} written (${written.map((file) => `${file} ${versions[file]}`).join(', ')})`;
}
