import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { startPhase, startProgress, withPlan } from '../../rotation/course.ts';
import type { UnitReport } from '../../rotation/messages.ts';
import type { RotationProgress } from '../../rotation/progress.ts';
import { applyReport, forgetUnit, stoppedClusters } from '../../rotation/reports.ts';
import { report } from './reporting.ts';
import { meshWith, planned } from './support.ts';

const ca = { kind: 'root', directory: '/ca' } as const;
const at = '2026-12-01T00:00:00.000Z';
const stopped = { code: 'CLUSTER_FORBIDDEN', message: 'm', hint: 'h', at };

function running(): RotationProgress {
  const begun = startProgress({ id: 'r-1', fleet: 'prod', mesh: 'payments', ca, at });
  return startPhase(
    withPlan(begun, { plan: planned(meshWith()), from: [], to: [], untils: {} }),
    'distribute',
    at,
  );
}

const hear = (reports: readonly UnitReport[]): RotationProgress => reports.reduce(applyReport, running());

/** Six words of each of two units, the last of which says that it is done. */
const words = ['u1', 'u2'].flatMap((unit) =>
  [1, 2, 3, 4, 5, 6].map((sequence) =>
    sequence === 3
      ? report({ unit, sequence, state: 'stopped', stopped, written: sequence })
      : report({
          unit,
          sequence,
          state: sequence === 6 ? 'done' : 'running',
          done: sequence,
          written: sequence,
        }),
  ),
);

describe('applyReport', () => {
  it('comes to the same whatever the order, and however often a word arrives', () => {
    const inOrder = hear(words);
    fc.assert(
      fc.property(
        fc.shuffledSubarray(words, { minLength: words.length }),
        fc.array(fc.constantFrom(...words), { maxLength: 8 }),
        (shuffled, repeated) => {
          expect(hear([...shuffled, ...repeated])).toEqual(inOrder);
          expect(hear([...repeated, ...shuffled])).toEqual(inOrder);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('changes nothing at all where the word is not newer', () => {
    const progress = hear(words);
    expect(applyReport(progress, report({ unit: 'u1', sequence: 2, state: 'running' }))).toBe(progress);
  });

  it('adds up the versions that all units wrote', () => {
    expect(hear(words).versionsWritten).toBe(12);
  });

  it('marks every cluster of a stopped unit, and the rotation, while the others go on', () => {
    const progress = hear([report({ unit: 'u1', sequence: 1, state: 'stopped', stopped })]);
    expect(progress).toMatchObject({ state: 'stopped', stopped: undefined });
    expect(progress.phases[0]).toMatchObject({ state: 'stopped' });
    expect(progress.phases[0]?.clusters.map(({ state }) => state)).toEqual(['stopped', 'waiting']);
    expect(progress.phases[0]?.clusters[0]?.stopped).toEqual(stopped);
  });

  it('lets the rotation run again when the last stopped cluster does', () => {
    const still = hear([report({ unit: 'u1', sequence: 1, state: 'stopped', stopped })]);
    expect(applyReport(still, report({ unit: 'u1', sequence: 2, state: 'running' })).state).toBe('running');
  });

  it('ignores words of phases and clusters that are not planned', () => {
    const progress = running();
    expect(
      applyReport(progress, { ...report({ unit: 'u1', sequence: 1, state: 'done' }), phase: 'replace' }),
    ).toBe(progress);
    const stranger = applyReport(progress, report({ unit: 'u9', sequence: 1, state: 'done' }));
    expect(stranger.phases[0]?.clusters).toEqual(progress.phases[0]?.clusters);
  });
});

describe('forgetUnit', () => {
  it('hears a new workflow of the unit that counts from the start', () => {
    const progress = forgetUnit(hear(words), 'distribute', { unit: 'u1', clusters: ['u1c0'] });
    const restarted = applyReport(progress, report({ unit: 'u1', sequence: 0, state: 'running', done: 1 }));
    expect(restarted.phases[0]?.clusters[0]).toMatchObject({ state: 'running', done: 1 });
    // What the old one wrote stays written.
    expect(restarted.versionsWritten).toBe(12);
  });

  it('goes on doubting what the old workflow has left, until the step is done', () => {
    const lost = { ...stopped, code: 'UNIT_LOST' };
    const progress = hear([report({ unit: 'u1', sequence: 1, state: 'stopped', stopped: lost })]);
    const begun = forgetUnit(progress, 'distribute', { unit: 'u1', clusters: ['u1c0'] });
    const doubts = ['UNIT_LOST'];
    expect(begun.phases[0]?.clusters[0]).toMatchObject({ state: 'waiting', doubts });
    const { clusters, ...done } = report({ unit: 'u1', sequence: 0, state: 'done' });
    const ended = applyReport(begun, { ...done, clusters: clusters.map((step) => ({ ...step, doubts })) });
    expect(ended.phases[0]?.clusters[0]).not.toHaveProperty('doubts');
  });
});

describe('stoppedClusters', () => {
  const still = hear([
    report({ unit: 'u1', sequence: 1, state: 'stopped', stopped }),
    report({ unit: 'u2', sequence: 1, state: 'stopped', stopped }),
  ]);

  it('are all of them, or those named', () => {
    const names = (request: Parameters<typeof stoppedClusters>[1]): readonly string[] =>
      stoppedClusters(still, request).map(({ step }) => step.cluster);
    expect(names({})).toEqual(['u1c0', 'u2c0']);
    expect(names({ cluster: 'u2c0' })).toEqual(['u2c0']);
    expect(names({ phase: 'revoke' })).toEqual([]);
    expect(names({ cluster: 'nobody' })).toEqual([]);
  });
});
