import { fewViolations } from './few-violations.ts';
import { digestOf } from './digest.ts';
import { provenAnew, withDoubt } from './doubts.ts';
import type { PhaseName, Plan } from './plan.ts';
import type { CommandGiven, PhaseProgress, RotationProgress, RotationState, Stopped } from './progress.ts';
import type { Standing } from './standing.ts';
import type { CertFacts, Fingerprint } from './trust.ts';
import { rolledBackBy, type CaRef } from './wanted.ts';
import { waitingStep } from './waiting-step.ts';

/** What is known of a rotation before anything was observed. */
export interface Beginning {
  readonly id: string;
  readonly fleet: string;
  readonly mesh: string;
  readonly ca: CaRef;
  /** ISO 8601, as every instant here. */
  readonly at: string;
}

export function startProgress({ id, fleet, mesh, ca, at }: Beginning): RotationProgress {
  const rollsBack = rolledBackBy(ca);
  return sealed({
    schema: 'meshturn.rotation/v1',
    id,
    fleet,
    mesh,
    kind: ca.kind,
    ...(rollsBack === undefined ? {} : { rollsBack }),
    state: 'observing',
    startedAt: at,
    endedAt: undefined,
    from: [],
    to: [],
    phases: [],
    violations: [],
    stopped: undefined,
    versionsWritten: 0,
    digest: '',
  });
}

/** Of each phase, the first certificate to expire of those that the mesh relies on in it. */
export type Untils = Readonly<Partial<Record<PhaseName, CertFacts>>>;

/** Takes down which of the roots that are to go stay trusted, for the mesh configuration pins them. */
export function withPinned(progress: RotationProgress, pins: ReadonlySet<Fingerprint>): RotationProgress {
  const stays = new Set(progress.to.map(({ fingerprint }) => fingerprint));
  const pinned = progress.from
    .map(({ fingerprint }) => fingerprint)
    .filter((root) => pins.has(root) && !stays.has(root));
  return pinned.length === 0 && progress.pinned === undefined ? progress : { ...progress, pinned };
}

/** Lays the plan's phases out; `from` and `to` are the roots trusted before and in the end. */
export function withPlan(
  progress: RotationProgress,
  {
    plan,
    from,
    to,
    untils,
  }: {
    readonly plan: Plan;
    readonly from: readonly CertFacts[];
    readonly to: readonly CertFacts[];
    readonly untils: Untils;
  },
): RotationProgress {
  return sealed({
    ...progress,
    kind: plan.kind,
    state: 'running',
    from,
    to,
    violations: fewViolations(plan.violations),
    phases: plan.phases.map(({ name, units }) => ({
      name,
      state: 'waiting',
      startedAt: undefined,
      endedAt: undefined,
      ...(untils[name] === undefined ? {} : { until: untils[name] }),
      clusters: units.flatMap(({ clusters }) => clusters.map(waitingStep)),
    })),
  });
}

export function startPhase(progress: RotationProgress, name: PhaseName, at: string): RotationProgress {
  return withPhase(progress, name, (phase) => ({
    ...phase,
    state: 'running',
    startedAt: phase.startedAt ?? at,
  }));
}

/** The barrier's answer: every cluster of the phase is done. */
export function phaseDone(progress: RotationProgress, name: PhaseName): boolean {
  return phaseOf(progress, name)?.clusters.every(({ state }) => state === 'done') ?? false;
}

/** Passes the barrier. A phase that is not done stays as it is. */
export function endPhase(progress: RotationProgress, name: PhaseName, at: string): RotationProgress {
  if (!phaseDone(progress, name)) return progress;
  return withPhase(progress, name, (phase) => ({ ...phase, state: 'done', endedAt: phase.endedAt ?? at }));
}

/** Stands still as a whole, as when the mesh cannot be read or the plan is forbidden. */
export function stopRotation(progress: RotationProgress, stopped: Stopped): RotationProgress {
  return sealed({ ...withDoubt(progress, stopped.code), state: 'stopped', stopped });
}

/** Goes on after a stop as a whole. */
export function resumeRotation(progress: RotationProgress): RotationProgress {
  return sealed({ ...progress, stopped: undefined });
}

/** A command that lasts takes the place of the one before; undefined lets the rotation go on. */
export function commandRotation(
  progress: RotationProgress,
  command: CommandGiven | undefined,
): RotationProgress {
  return sealed({ ...progress, command });
}

/** Everything that was under way has come to rest for a pause. */
export function restRotation(progress: RotationProgress): RotationProgress {
  if (progress.command?.name !== 'pause' || progress.state === 'paused') return progress;
  return sealed({ ...progress, state: 'paused' });
}

/** It has come to its goal. */
export function completeRotation(progress: RotationProgress, at: string): RotationProgress {
  const state = progress.rollsBack === undefined ? 'completed' : 'rolledBack';
  const over = { disposing: undefined, stopped: undefined, endedAt: at };
  return sealed({ ...provenAnew(progress), ...over, state });
}

/** Its first plan was forbidden: nothing was written. */
export function failRotation(progress: RotationProgress, stopped: Stopped): RotationProgress {
  return sealed({ ...stopRotation(progress, stopped), state: 'failed', endedAt: stopped.at });
}

/** Ends where every unit has come to rest; phases that were begun stay as they were left. */
export function abortRotation(
  progress: RotationProgress,
  standing: Standing | undefined,
  at: string,
): RotationProgress {
  const phases = progress.phases.map((phase) =>
    phase.state === 'done' || phase.state === 'waiting' ? phase : { ...phase, state: 'left' as const },
  );
  return sealed({
    ...progress,
    stopped: undefined,
    phases,
    state: 'aborted',
    endedAt: at,
    ...(standing === undefined ? {} : { standing }),
  });
}

export function phaseOf(progress: RotationProgress, name: PhaseName): PhaseProgress | undefined {
  return progress.phases.find((phase) => phase.name === name);
}

/** The phase that the rotation is in: the first that is not done. */
export function currentPhase(progress: RotationProgress): PhaseProgress | undefined {
  return progress.phases.find(({ state }) => state !== 'done');
}

export function withPhase(
  progress: RotationProgress,
  name: PhaseName,
  change: (phase: PhaseProgress) => PhaseProgress,
): RotationProgress {
  return sealed({
    ...progress,
    phases: progress.phases.map((phase) => (phase.name === name ? change(phase) : phase)),
  });
}

/** Every change goes through here, so that no state leaves with the digest of another. */
function sealed(progress: RotationProgress): RotationProgress {
  const versionsWritten = progress.phases
    .flatMap(({ heard }) => Object.values(heard ?? {}))
    .reduce((sum, { written }) => sum + written, 0);
  const state = stateOf(progress);
  return { ...progress, state, versionsWritten, digest: digestOf({ ...progress, state }) };
}

/** A cluster that stands still. */
export interface ClusterStop {
  readonly cluster: string;
  readonly phase: PhaseName;
  readonly stopped: Stopped;
  readonly doubts?: readonly string[];
}

export function stopsIn({ phases }: Pick<RotationProgress, 'phases'>): readonly ClusterStop[] {
  return phases.flatMap(({ name, clusters }) =>
    clusters.flatMap(({ cluster, stopped, doubts = [] }) =>
      stopped === undefined ? [] : [{ cluster, phase: name, stopped, doubts }],
    ),
  );
}

const ends: ReadonlySet<RotationState> = new Set<RotationState>([
  ...(['completed', 'failed', 'aborted', 'rolledBack'] as const),
  ...(['terminated', 'cancelled', 'timedOut', 'crashed'] as const),
]);

export function hasEnded({ state }: Pick<RotationProgress, 'state'>): boolean {
  return ends.has(state);
}

const commanded = {
  pause: 'pausing',
  abort: 'aborting',
  rollback: 'turningBack',
} as const satisfies Record<CommandGiven['name'], RotationState>;

/**
 * A command outweighs a stop, of which the clusters tell; a stopped cluster stops the rotation in the eyes of
 * whoever must act, though the others go on.
 */
function stateOf(progress: RotationProgress): RotationState {
  const { state, stopped, phases, command } = progress;
  if (hasEnded(progress)) return state;
  if (command !== undefined)
    return command.name === 'pause' && state === 'paused' ? state : commanded[command.name];
  if (stopped !== undefined || phases.some((phase) => phase.state === 'stopped')) return 'stopped';
  if (progress.rollsBack !== undefined) return 'rollingBack';
  // A plan may have no phases.
  return phases.length > 0 || state === 'running' ? 'running' : 'observing';
}
