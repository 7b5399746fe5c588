import { phaseOf, withPhase } from './course.ts';
import { provenAnew, withDoubt } from './doubts.ts';
import type { RetryRequest, UnitReport } from './messages.ts';
import type { PhaseName, UnitStep } from './plan.ts';
import type { ClusterStep, PhaseProgress, RotationProgress, StepState, Stopped } from './progress.ts';
import { waitingAnew } from './waiting-step.ts';

/**
 * Takes in a unit's word. Reports may come twice and in any order: one that is not newer than the last heard of
 * that unit in that phase changes nothing, and so does one of a phase or cluster that is not planned, or of the
 * rotation that this one leads back.
 */
export function applyReport(progress: RotationProgress, report: UnitReport): RotationProgress {
  const phase = report.rotationId === progress.id ? phaseOf(progress, report.phase) : undefined;
  if (phase === undefined || report.sequence <= (phase.heard?.[report.unit]?.sequence ?? -1)) return progress;
  const told = new Map(report.clusters.map((step) => [step.cluster, settled(step, report)]));
  return withPhase(progress, report.phase, (now) =>
    settledPhase({
      ...now,
      clusters: now.clusters.map((step) => told.get(step.cluster) ?? step),
      heard: {
        ...now.heard,
        [report.unit]: {
          sequence: report.sequence,
          written: report.written ?? now.heard?.[report.unit]?.written ?? 0,
        },
      },
    }),
  );
}

/** A new child takes a unit's step over and counts from the start: its word replaces the old one's. */
export function forgetUnit(
  progress: RotationProgress,
  name: PhaseName,
  { unit, clusters }: Pick<UnitStep, 'unit' | 'clusters'>,
): RotationProgress {
  return withPhase(progress, name, (phase) => {
    const word = phase.heard?.[unit];
    const open = phase.clusters.map((step) =>
      clusters.includes(step.cluster) && step.state !== 'done'
        ? waitingAnew(step.cluster, step.doubts)
        : step,
    );
    const begun = settledPhase({ ...phase, clusters: open });
    return word === undefined
      ? begun
      : { ...begun, heard: { ...phase.heard, [unit]: { ...word, sequence: -1 } } };
  });
}

/** What was proven of a unit does not hold any more: its clusters stop, and with them the phase, though it has ended. */
export function regressUnit(
  progress: RotationProgress,
  name: PhaseName,
  clusters: readonly string[],
  stopped: Stopped,
): RotationProgress {
  return withSteps(progress, name, clusters, (step) => ({ ...step, state: 'stopped', stopped }));
}

/** What was proven of a unit holds again: it is done, or waits for its turn. */
export function recoverUnit(
  progress: RotationProgress,
  name: PhaseName,
  clusters: readonly string[],
  state: 'done' | 'waiting',
): RotationProgress {
  return withSteps(progress, name, clusters, (step) => ({ ...step, state, stopped: undefined }));
}

function withSteps(
  progress: RotationProgress,
  name: PhaseName,
  clusters: readonly string[],
  change: (step: ClusterStep) => ClusterStep,
): RotationProgress {
  return withPhase(progress, name, (phase) =>
    stateBySteps({
      ...phase,
      clusters: phase.clusters.map((step) => (clusters.includes(step.cluster) ? change(step) : step)),
    }),
  );
}

/** The stopped clusters that a `retry` speaks of; none where it names a cluster or phase that is not stopped. */
export function stoppedClusters(
  progress: RotationProgress,
  { cluster, phase }: Pick<RetryRequest, 'cluster' | 'phase'> = {},
): readonly { readonly phase: PhaseName; readonly step: ClusterStep }[] {
  return progress.phases
    .filter(({ name }) => phase === undefined || name === phase)
    .flatMap(({ name, clusters }) =>
      clusters
        .filter((step) => step.state === 'stopped' && (cluster === undefined || step.cluster === cluster))
        .map((step) => ({ phase: name, step })),
    );
}

/** A unit that stopped, left or is done says so for all its clusters. */
function settled(step: ClusterStep, { state, stopped }: UnitReport): ClusterStep {
  if (state === 'done')
    return { ...provenAnew(step), state: 'done', awaiting: undefined, stopped: undefined };
  if (state === 'stopped' && step.state !== 'done') {
    const why = step.stopped ?? stopped;
    return { ...(why === undefined ? step : withDoubt(step, why.code)), state: 'stopped', stopped: why };
  }
  if (state === 'left' && step.state !== 'done') {
    return { ...step, state: 'left', awaiting: undefined, stopped: undefined };
  }
  return step;
}

/** What is heard of a phase after its end changes nothing of that. */
function settledPhase(phase: PhaseProgress): PhaseProgress {
  return phase.state === 'done' ? phase : stateBySteps(phase);
}

/** Only the barrier ends a phase: here it runs on, stops with the first cluster that does, or rests when all do. */
function stateBySteps(phase: PhaseProgress): PhaseProgress {
  const states = new Set(phase.clusters.map(({ state }) => state));
  const state: StepState = states.has('stopped')
    ? 'stopped'
    : phase.endedAt !== undefined
      ? 'done'
      : states.has('paused') && !states.has('running')
        ? 'paused'
        : 'running';
  return { ...phase, state };
}
