import { makeContinueAsNewFunc } from '@temporalio/workflow';
import { memoOf } from '../rotation/memo.ts';
import type { RotationInput } from '../rotation/messages.ts';
import type { RotationProgress } from '../rotation/progress.ts';
import { now } from './stage-context.ts';

/**
 * Goes on in a new run of the same workflow. It is known by its memo from its start: what a run before has upserted is
 * not handed on, and units that ask before its first task is done would take it for another rotation.
 */
export function goOnInNewRun(input: RotationInput, progress: RotationProgress): Promise<never> {
  const meshturn = { ...memoOf(progress, now()), id: input.rotationId };
  return makeContinueAsNewFunc<(input: RotationInput) => Promise<unknown>>({ memo: { meshturn } })(input);
}
