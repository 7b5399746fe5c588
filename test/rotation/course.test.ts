import { describe, expect, it } from 'vitest';
import {
  abortRotation,
  currentPhase,
  endPhase,
  completeRotation,
  phaseDone,
  resumeRotation,
  startPhase,
  startProgress,
  stopRotation,
  withPlan,
} from '../../rotation/course.ts';
import { digestOf } from '../../rotation/digest.ts';
import type { RotationProgress } from '../../rotation/progress.ts';
import { applyReport } from '../../rotation/reports.ts';
import { report } from './reporting.ts';
import { meshWith, planned } from './support.ts';

const ca = { kind: 'root', directory: '/ca' } as const;
const at = '2026-12-01T00:00:00.000Z';
const later = '2026-12-01T01:00:00.000Z';
const stopped = { code: 'CLUSTER_UNREACHABLE', message: 'm', hint: 'h', at };

function running(): RotationProgress {
  const begun = startProgress({ id: 'r-1', fleet: 'prod', mesh: 'payments', ca, at });
  return startPhase(
    withPlan(begun, { plan: planned(meshWith()), from: [], to: [], untils: {} }),
    'distribute',
    at,
  );
}

function bothDone(progress: RotationProgress): RotationProgress {
  return ['u1', 'u2'].reduce(
    (now, unit) => applyReport(now, report({ unit, sequence: 9, state: 'done' })),
    progress,
  );
}

describe('the course of a rotation', () => {
  it('begins by observing, with no phases', () => {
    const progress = startProgress({ id: 'r-1', fleet: 'prod', mesh: 'payments', ca, at });
    expect(progress).toMatchObject({ schema: 'meshturn.rotation/v1', state: 'observing', phases: [] });
  });

  it('lays out the phases of the plan, cluster by cluster', () => {
    const { phases, state } = running();
    expect(state).toBe('running');
    expect(phases.map(({ name, state: each }) => [name, each])).toEqual([
      ['distribute', 'running'],
      ['activate', 'waiting'],
      ['revoke', 'waiting'],
    ]);
    expect(phases[1]?.clusters.map(({ cluster }) => cluster)).toEqual(['u1c0', 'u2c0']);
  });

  it('passes the barrier only when every cluster is done', () => {
    const half = applyReport(running(), report({ unit: 'u1', sequence: 9, state: 'done' }));
    expect(phaseDone(half, 'distribute')).toBe(false);
    expect(endPhase(half, 'distribute', later)).toBe(half);
    const whole = bothDone(half);
    expect(phaseDone(whole, 'distribute')).toBe(true);
    expect(currentPhase(whole)?.name).toBe('distribute');
    const ended = endPhase(whole, 'distribute', later);
    expect(ended.phases[0]).toMatchObject({ state: 'done', startedAt: at, endedAt: later });
    expect(currentPhase(ended)?.name).toBe('activate');
  });

  it('is stopped as a whole until it is told to go on', () => {
    const still = stopRotation(running(), stopped);
    expect(still).toMatchObject({ state: 'stopped', stopped: { code: 'CLUSTER_UNREACHABLE' } });
    expect(resumeRotation(still)).toMatchObject({ state: 'running', stopped: undefined });
  });

  it('keeps what a stop as a whole put in doubt, over other stops and its end before the goal', () => {
    const undone = resumeRotation(stopRotation(running(), { ...stopped, code: 'PHASE_UNDONE' }));
    const doubts = ['PHASE_UNDONE'];
    expect(undone).toMatchObject({ stopped: undefined, doubts });
    expect(abortRotation(stopRotation(undone, stopped), undefined, later)).toMatchObject({ doubts });
    expect(completeRotation(undone, later)).not.toHaveProperty('doubts');
  });

  it('stays ended', () => {
    const ended = completeRotation(running(), later);
    expect(ended).toMatchObject({ state: 'completed', endedAt: later });
    const word = report({ unit: 'u1', sequence: 1, state: 'running' });
    expect(applyReport(ended, word).state).toBe('completed');
  });
});

describe('the digest of a rotation', () => {
  it('is of its state at any time', () => {
    const states = [running(), bothDone(running()), stopRotation(running(), stopped)];
    for (const progress of states) expect(progress.digest).toBe(digestOf(progress));
    expect(new Set(states.map(({ digest }) => digest)).size).toBe(states.length);
  });

  it('changes when a cluster stops, goes on, and stops again', () => {
    const first = applyReport(running(), report({ unit: 'u1', sequence: 1, state: 'stopped', stopped }));
    const on = applyReport(first, report({ unit: 'u1', sequence: 2, state: 'running' }));
    const again = { ...stopped, at: later };
    const second = applyReport(on, report({ unit: 'u1', sequence: 3, state: 'stopped', stopped: again }));
    expect(new Set([first, on, second].map(({ digest }) => digest)).size).toBe(3);
  });

  it('stays while only counts and waits change', () => {
    const before = applyReport(running(), report({ unit: 'u1', sequence: 1, state: 'running', done: 1 }));
    const after = applyReport(before, report({ unit: 'u1', sequence: 2, state: 'running', done: 2 }));
    expect(after.phases[0]?.clusters[0]?.done).toBe(2);
    expect(after.digest).toBe(before.digest);
  });

  it('is 16 hexadecimal digits', () => {
    expect(running().digest).toMatch(/^[0-9a-f]{16}$/);
  });
});
