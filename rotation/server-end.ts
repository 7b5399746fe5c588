import { hasEnded } from './course.ts';
import type { RotationMemo } from './memo.ts';
import type { RotationProgress, ServerEnd, StepState } from './progress.ts';
import { stepsOn, wordsOf } from './ways-on.ts';

/** How and when the Temporal server ended a rotation. */
export interface EndedByServer {
  readonly state: ServerEnd;
  /** ISO 8601 */
  readonly at: string;
}

/**
 * What a rotation said last, as that of one that the Temporal server has ended: nothing of it goes on. One that had
 * come to an end of its own stays as it said.
 */
export function endedProgress(progress: RotationProgress, { state, at }: EndedByServer): RotationProgress {
  if (hasEnded(progress)) return progress;
  const phases = progress.phases.map((phase) => ({
    ...phase,
    state: resting(phase.state),
    clusters: phase.clusters.map((step) => ({ ...step, state: resting(step.state), awaiting: undefined })),
  }));
  return { ...progress, state, endedAt: at, phases, command: undefined };
}

/** The same of what is known of the mesh's rotation where no worker answers. */
export function endedMemo(
  memo: RotationMemo,
  { state, at }: EndedByServer,
  { fleet, mesh }: Pick<RotationProgress, 'fleet' | 'mesh'>,
): RotationMemo {
  if (hasEnded(memo)) return memo;
  const phases = memo.phases.map((phase) => ({ ...phase, state: resting(phase.state) }));
  const ended = { ...memo, state, endedAt: at, phases };
  return { ...ended, next: stepsOn({ ...ended, fleet, mesh, overridden: [] }).map(wordsOf) };
}

function resting(state: StepState): StepState {
  return state === 'running' || state === 'paused' ? 'left' : state;
}
