import { describe, expect, it } from 'vitest';
import { compact, expand } from '../../rotation/carry.ts';
import { endPhase, phaseDone, startPhase, startProgress, withPlan } from '../../rotation/course.ts';
import { type CarriedRotation } from '../../rotation/messages.ts';
import { plan } from '../../rotation/planner.ts';
import { digestOf } from '../../rotation/digest.ts';
import { type Stopped } from '../../rotation/progress.ts';
import { applyReport } from '../../rotation/reports.ts';
import { type ObservedMesh } from '../../rotation/observed.ts';
import { type Wanted } from '../../rotation/wanted.ts';
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

/** A rotation of many units at the end of activate, the last of them under way. */
function underWay(units: number, stop?: (step: number) => Stopped): CarriedRotation {
  const mesh = meshOf({
    units: Array.from({ length: units }, () => ({
      istiods: [{ version: '1.29.4', live: true }],
      clusters: [{ proxies: 1 }],
    })),
    bundle: ['A'],
  });
  const made = plan(lengthened(observe(mesh)), lengthened(wantedRoots(mesh, ['B'])), defaultPolicy);
  let progress = startProgress({ id: 'r', fleet: 'f', mesh: 'm', kind: 'root', at: now });
  progress = withPlan(progress, { plan: made, from: [], to: [] });
  for (const { name, units: steps } of made.phases.slice(0, 2)) {
    progress = startPhase(progress, name, now);
    for (const step of steps) {
      const evidence = [`synced on 2 istiod pods of ${step.unit}`];
      const clusters = step.clusters.map((cluster) => ({
        ...{
          cluster,
          state: 'running' as const,
          doing: 'signer: converged',
          since: now,
          awaiting: undefined,
        },
        ...{ done: 1, total: 1, evidence, stopped: undefined },
      }));
      const isLast = name === 'activate' && step === steps.at(-1);
      const stopped = name === 'activate' ? stop?.(steps.indexOf(step)) : undefined;
      const state = stopped !== undefined ? 'stopped' : isLast ? 'running' : 'done';
      progress = applyReport(progress, {
        phase: name,
        unit: step.unit,
        sequence: 12,
        state,
        clusters,
        written: 4,
        ...(stopped === undefined ? {} : { stopped }),
      });
    }
    if (phaseDone(progress, name)) progress = endPhase(progress, name, now);
  }
  return {
    shape: {
      ...{ fleet: 'f', mesh: 'm', trustDomain: 'm.example', waveWidth: 10 },
      limits: {
        ...{
          sync: 1,
          load: 1,
          secondPlane: 1,
          kubeletPropagation: 1,
          clockSkew: 1,
          rollout: 1,
          censusEvery: 1,
          heartbeat: 30,
          watchEvery: 1,
        },
      },
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
    },
    phases: made.phases.slice(1, 2),
    progress,
    started: made.phases[1]?.units.map(({ unit }) => unit) ?? [],
    appliedMessages: ['m-1'],
  };
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('what a rotation carries over continue-as-new', () => {
  it('comes back whole where the mesh is small', () => {
    const carried = underWay(5);
    expect(plain(expand(compact(carried)))).toEqual(plain(carried));
  });

  it('takes with it what is wanted of units that are not done, in 300 bytes more a unit', () => {
    const carried = (units: number): CarriedRotation => {
      const mesh = meshOf({
        units: Array.from({ length: units }, () => ({ istiods: [], clusters: [{ proxies: 1 }] })),
        bundle: ['A'],
      });
      return { ...underWay(units), wanted: lengthened(wantedRoots(mesh, ['B'])) };
    };
    expect(plain(expand(compact(carried(5))))).toEqual(plain(carried(5)));
    const more = (units: number): number =>
      JSON.stringify(compact(carried(units))).length - JSON.stringify(compact(underWay(units))).length;
    expect((more(300) - more(100)) / 200).toBeLessThanOrEqual(300);
  });

  it('takes at most 200 bytes a unit in a mesh of 1,000 clusters', () => {
    const size = (units: number): number => JSON.stringify(compact(underWay(units))).length;
    expect((size(1000) - size(100)) / 900).toBeLessThanOrEqual(200);
  });

  it('takes no more of the violations of 1,000 units than of those of nine', () => {
    const violation = (unit: number, code: string) => ({
      ...{ invariant: 7, code, unit: `u${unit}`, mend: 'make it shorter' },
      text: `Root A expires 2026-12-0${unit % 9}`,
    });
    const broken = (units: number): CarriedRotation => {
      const carried = underWay(5);
      const violations = ['EXPIRES_BEFORE_END', 'NOT_RESTORABLE'].flatMap((code) =>
        Array.from({ length: units }, (_, unit) => violation(unit, code)),
      );
      return { ...carried, progress: { ...carried.progress, violations } };
    };
    const size = (units: number): number => JSON.stringify(compact(broken(units))).length;
    expect(size(1000) - size(9)).toBeLessThan(100);
    expect(plain(expand(compact(broken(9))))).toEqual(plain(broken(9)));
    const back = expand(compact(broken(1000)));
    expect(back.progress.violations).toHaveLength(18);
    expect(back.progress.violations[8]?.text).toContain('; and 991 units more');
    expect(plain(expand(compact(back)))).toEqual(plain(back));
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

  it('takes 20 bytes more for a unit that is stopped, and still knows by what and when', () => {
    const stop = (step: number): Stopped => ({
      code: step % 2 === 0 ? 'CLUSTER_UNREACHABLE' : 'NOT_CONVERGED',
      message: `the API server of cluster ${step} `.padEnd(600, 'does not answer '),
      hint: 'see whether it runs',
      at: new Date(Date.parse(now) + 1000 * step).toISOString(),
    });
    const size = (units: number): number => JSON.stringify(compact(underWay(units, stop))).length;
    expect((size(300) - size(100)) / 200).toBeLessThanOrEqual(220);
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
