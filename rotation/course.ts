import { digestOf } from './digest.ts';
import { type PhaseName, type Plan } from './plan.ts';
import { type PhaseProgress, type RotationProgress, type Stopped } from './progress.ts';
import { type CertFacts } from './trust.ts';
import { type RotationKind } from './wanted.ts';
import { waitingStep } from './waiting-step.ts';

/** What is known of a rotation before anything was observed. */
export interface Beginning {
  readonly id: string;
  readonly fleet: string;
  readonly mesh: string;
  readonly kind: RotationKind;
  /** ISO 8601, as every instant here. */
  readonly at: string;
}

export function startProgress({ id, fleet, mesh, kind, at }: Beginning): RotationProgress {
  return sealed({
    schema: 'meshturn.rotation/v1',
    id,
    fleet,
    mesh,
    kind,
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

/** Lays the plan's phases out; `from` and `to` are the roots trusted before and in the end. */
export function withPlan(
  progress: RotationProgress,
  {
    plan,
    from,
    to,
  }: { readonly plan: Plan; readonly from: readonly CertFacts[]; readonly to: readonly CertFacts[] },
): RotationProgress {
  return sealed({
    ...progress,
    kind: plan.kind,
    state: 'running',
    from,
    to,
    violations: plan.violations,
    phases: plan.phases.map(({ name, units }) => ({
      name,
      state: 'waiting',
      startedAt: undefined,
      endedAt: undefined,
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
  return sealed({ ...progress, state: 'stopped', stopped });
}

/** Goes on after a stop as a whole. */
export function resumeRotation(progress: RotationProgress): RotationProgress {
  const state = progress.phases.length === 0 ? 'observing' : 'running';
  return sealed({ ...progress, state, stopped: undefined });
}

export function endRotation(
  progress: RotationProgress,
  state: 'completed' | 'failed',
  at: string,
): RotationProgress {
  return sealed({ ...progress, state, endedAt: at });
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

/** A stopped cluster stops the rotation in the eyes of whoever must act, though the others go on. */
function stateOf({ state, stopped, phases }: RotationProgress): RotationProgress['state'] {
  if (stopped !== undefined || (state !== 'running' && state !== 'stopped')) return state;
  return phases.some((phase) => phase.state === 'stopped') ? 'stopped' : 'running';
}
