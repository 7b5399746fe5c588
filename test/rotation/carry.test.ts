import { describe, expect, it } from 'vitest';
import { compact, expand } from '../../rotation/carry.ts';
import { startPhase, startProgress, withPlan } from '../../rotation/course.ts';
import type { CarriedRotation } from '../../rotation/messages.ts';
import { plan } from '../../rotation/planner.ts';
import type { PhaseName } from '../../rotation/plan.ts';
import { defaults } from '../../fleet/defaults.ts';
import { digestOf } from '../../rotation/digest.ts';
import type { ClusterStep, PhaseProgress, RotationProgress, Stopped } from '../../rotation/progress.ts';
import { relianceOf } from '../../rotation/reliance.ts';
import { safetyIn } from '../../rotation/safety.ts';
import type { ObservedMesh } from '../../rotation/observed.ts';
import { waitingStep } from '../../rotation/waiting-step.ts';
import type { Wanted } from '../../rotation/wanted.ts';
import { meshOf } from './model/arbitrary.ts';
import { defaultPolicy, now, observe, wantedRoots } from './model/observe.ts';

/** A fingerprint as long as a real one for every name of the model. */
function long(name: string): string {
  return name.replace(/./g, (letter) => letter.charCodeAt(0).toString(16)).padEnd(64, '0123456789abcdef');
}

/** The same value with every fingerprint of the model in its full length. */
function lengthened<T extends ObservedMesh | Wanted>(value: T): T {
  const text = JSON.stringify(value).replace(/"([ABXabx]\d*)"/g, (_, name: string) => `"${long(name)}"`);
  return JSON.parse(text) as T;
}

/** A rotation of many units that has been planned; of as many once, for that takes its time. */
function planned(units: number): ReturnType<typeof planAnew> {
  const made = plans.get(units) ?? planAnew(units);
  plans.set(units, made);
  return made;
}

const plans = new Map<number, ReturnType<typeof planAnew>>();

function planAnew(units: number) {
  const mesh = meshOf({
    units: Array.from({ length: units }, () => ({
      istiods: [{ version: '1.29.4', live: true }],
      clusters: [{ proxies: 1 }],
    })),
    bundle: ['A'],
  });
  const made = plan(lengthened(observe(mesh)), lengthened(wantedRoots(mesh, ['B'])), defaultPolicy);
  const started = startProgress({
    id: 'r',
    fleet: 'f',
    mesh: 'm',
    ca: { kind: 'root', directory: '/ca' },
    at: now,
  });
  const progress = withPlan(started, { plan: made, from: [], to: [], untils: {} });
  const shape = {
    ...{ fleet: 'f', mesh: 'm', trustDomain: 'm.example', waveWidth: 10 },
    limits: defaults.limits,
    units: mesh.units.map(({ name, clusters }) => ({
      unit: name,
      controlPlanes: [name],
      clusters: clusters.map((cluster) => ({
        cluster: cluster.name,
        workloads: { mode: 'restart' as const, batchPercent: 10 },
        reach: undefined,
      })),
      cronJob: 'wait' as const,
    })),
  };
  return { made, shape, progress };
}

/** A rotation of many units at the end of activate, the last of them under way, or all stopped. */
function underWay(units: number, stop?: (step: number) => Stopped): CarriedRotation {
  const { made, shape, progress } = planned(units);
  const [distribute, activate] = made.phases;
  const phases = progress.phases.map((phase): PhaseProgress => {
    const isActivate = phase.name === activate?.name;
    if (!isActivate && phase.name !== distribute?.name) return phase;
    return {
      ...phase,
      ...{ startedAt: now, endedAt: isActivate ? undefined : now, state: isActivate ? 'running' : 'done' },
      clusters: phase.clusters.map((step, place) => ({
        ...{ ...step, since: now, done: 1, total: 1, evidence: ['synced on 2 istiod pods'] },
        ...(isActivate ? stateOf(place, phase.clusters.length, stop?.(place)) : { state: 'done' }),
      })),
      heard: Object.fromEntries(
        made.phases[0]?.units.map(({ unit }) => [unit, { sequence: 12, written: 4 }]) ?? [],
      ),
    };
  });
  const inAll = { ...progress, phases };
  return {
    shape,
    phases: made.phases.slice(1, 2),
    progress: { ...inAll, digest: digestOf(inAll) },
    started: activate?.units.map(({ unit }) => unit) ?? [],
    appliedMessages: ['m-1'],
  };
}

function stateOf(place: number, of: number, stopped: Stopped | undefined): Partial<ClusterStep> {
  const doing = 'signer: converged';
  if (stopped !== undefined) return { state: 'stopped', doing, stopped };
  return place === of - 1 ? { state: 'running', doing } : { state: 'done' };
}

function withWanted(carried: CarriedRotation, units: number): CarriedRotation {
  const mesh = meshOf({
    units: Array.from({ length: units }, () => ({ istiods: [], clusters: [{ proxies: 1 }] })),
    bundle: ['A'],
  });
  return { ...carried, wanted: lengthened(wantedRoots(mesh, ['B'])) };
}

/** The same right after the barrier: no unit has begun. */
function begun(units: number, phase: PhaseName): CarriedRotation {
  const { made, shape, progress } = planned(units);
  return withWanted(
    {
      ...{ shape, started: [], appliedMessages: [] },
      phases: made.phases.filter(({ name }) => name === phase),
      progress: startPhase(progress, phase, now),
    },
    units,
  );
}

const size = (carried: CarriedRotation): number => JSON.stringify(compact(carried)).length;

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('what a rotation carries over continue-as-new', () => {
  it('comes back whole where the mesh is small', () => {
    const carried = underWay(5);
    expect(plain(expand(compact(carried)))).toEqual(plain(carried));
  });

  it('takes with it what is wanted of units that are not done', () => {
    const carried = withWanted(underWay(5), 5);
    expect(plain(expand(compact(carried)))).toEqual(plain(carried));
  });

  it.each(['distribute', 'activate', 'revoke'] as const)(
    'takes at most 200 bytes a unit in a mesh of 1,000 clusters that begin %s',
    (phase) => {
      expect(size(begun(1000, phase))).toBeLessThanOrEqual(200 * 1000);
    },
  );

  it('takes at most 200 bytes a unit in a mesh of 1,000 clusters of which all but one are done', () => {
    expect(size(underWay(1000))).toBeLessThanOrEqual(200 * 1000);
  });

  it('leaves the facts on new intermediates behind in a large mesh, and nothing else of what is wanted', () => {
    const carried = begun(60, 'activate');
    const { wanted } = expand(compact(carried));
    expect(plain({ ...wanted, certificates: [] })).toEqual(plain({ ...carried.wanted, certificates: [] }));
    expect(wanted?.certificates.map(({ fingerprint }) => fingerprint)).toEqual(carried.wanted?.roots);
  });

  it('leaves nothing behind but the evidence of clusters that are done', () => {
    const carried = underWay(60);
    const back = expand(compact(carried));
    expect(plain({ ...back, progress: undefined })).toEqual(plain({ ...carried, progress: undefined }));
    expect(back.progress.digest).toBe(carried.progress.digest);
    const steps = back.progress.phases[1]?.clusters ?? [];
    expect(steps.map(({ cluster, state, done }) => [cluster, state, done])).toEqual(
      carried.progress.phases[1]?.clusters.map(({ cluster, state, done }) => [cluster, state, done]),
    );
    expect(steps.at(-1)?.evidence).toHaveLength(1);
  });

  it('takes what is in doubt along, of stopped clusters and of those that are begun anew', () => {
    const stop = (): Stopped => ({ code: 'NOT_CONVERGED', message: 'm', hint: 'h', at: now });
    const carried = underWay(60, stop);
    const [distribute, activate] = carried.progress.phases;
    if (distribute === undefined || activate === undefined) throw new RangeError('expected two phases');
    const clusters = activate.clusters.map((step, place): ClusterStep => {
      if (place === 3) return { ...waitingStep(step.cluster), doubts: ['UNIT_LOST'] };
      return place % 2 === 0 ? step : { ...step, doubts: ['HANDSHAKE_REFUSED', 'ISTIOD_REGRESSED'] };
    });
    const progress = { ...carried.progress, phases: [distribute, { ...activate, clusters }] };
    const back = expand(compact({ ...carried, progress })).progress.phases[1]?.clusters;
    expect(back?.map(({ doubts }) => doubts)).toEqual(clusters.map(({ doubts }) => doubts));
  });

  it('takes along what the safety of the mesh hangs on', () => {
    const footing = { trusts: ['A'], signs: 'old', set: 'unsure' } as const;
    const stop = (step: number): Stopped => ({
      ...{ code: 'KEY_VAULT_UNAVAILABLE', message: 'm', hint: 'h', at: now },
      ...{ longestLeaf: 3600, footing: step % 2 === 0 ? footing : { ...footing, signs: 'new' } },
    });
    const carried = underWay(60, stop);
    const told = ({ phases }: RotationProgress) =>
      phases[1]?.clusters.map(({ stopped }) => [stopped?.footing, stopped?.longestLeaf]);
    const back = expand(compact(carried)).progress;
    expect(told(back)).toEqual(told(carried.progress));
    expect(safetyIn(back, relianceOf(back), now)).toEqual(
      safetyIn(carried.progress, relianceOf(carried.progress), now),
    );
  });

  it('takes 50 bytes more for a unit that is stopped, and still knows by what and when', () => {
    const stop = (step: number): Stopped => ({
      code: step % 2 === 0 ? 'CLUSTER_UNREACHABLE' : 'NOT_CONVERGED',
      message: `the API server of cluster ${step} `.padEnd(600, 'does not answer '),
      hint: 'see whether it runs',
      at: new Date(Date.parse(now) + 1000 * step).toISOString(),
    });
    const all = withWanted(underWay(1000, stop), 1000);
    expect(size(all)).toBeLessThanOrEqual(250 * 1000);
    const carried = underWay(60, stop);
    const back = expand(compact(carried)).progress;
    expect(digestOf(back)).toBe(digestOf(carried.progress));
    expect(back.phases[1]?.clusters[1]).toEqual(carried.progress.phases[1]?.clusters[1]);
    expect(back.phases[1]?.clusters[59]).toMatchObject({
      state: 'stopped',
      doing: 'signer: converged',
      stopped: { code: 'NOT_CONVERGED', at: '2026-12-01T00:00:59.000Z' },
    });
    expect(plain(expand(compact(underWay(5, stop))))).toEqual(plain(underWay(5, stop)));
  });
});
