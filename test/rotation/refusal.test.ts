import { describe, expect, it } from 'vitest';
import {
  commandRotation,
  restRotation,
  startProgress,
  stopRotation,
  withPlan,
} from '../../rotation/course.ts';
import type { RotationProgress } from '../../rotation/progress.ts';
import { refusalOf } from '../../rotation/refusal.ts';
import type { CaRef } from '../../rotation/wanted.ts';

const at = '2026-11-28T00:00:00.000Z';
const newCa: CaRef = { kind: 'root', directory: '/ca' };

function started(ca: CaRef = newCa): RotationProgress {
  return startProgress({ id: 'r-1', fleet: 'prod', mesh: 'payments', ca, at });
}

function paused(progress: RotationProgress): RotationProgress {
  return restRotation(commandRotation(progress, { name: 'pause', reason: undefined, at }));
}

function stopped(progress: RotationProgress): RotationProgress {
  return stopRotation(progress, { code: 'CLUSTER_FORBIDDEN', message: '', hint: '', at });
}

function planned(progress: RotationProgress): RotationProgress {
  const plan = { kind: 'root', phases: [{ name: 'distribute', units: [] }], violations: [] } as const;
  return withPlan(progress, { plan, from: [], to: [], untils: {} });
}

it('refuses the way back to one that only disposes of staged keys, and an abort not', () => {
  const over = { ...stopped(planned(started())), disposing: true } as const;
  expect(refusalOf(over, 'rollback')).toMatch(/^it has completed, .* -f FILE starts the way back$/);
  expect(refusalOf(over, 'abort')).toBeUndefined();
});

describe.each([
  ['paused', paused],
  ['stopped', stopped],
])('a rollback of a rotation that is %s', (state, bring) => {
  it('is refused before the first plan, where nothing was written', () => {
    const progress = bring(started());
    expect(progress.state).toBe(state);
    expect(refusalOf(progress, 'rollback')).toBe('nothing was written that could be rolled back: abort it');
    expect(refusalOf(progress, 'abort')).toBeUndefined();
  });

  it('is carried out from the first plan on', () => {
    expect(refusalOf(bring(planned(started())), 'rollback')).toBeUndefined();
  });

  it('is refused on its way back, planned or not', () => {
    const back = started({ kind: 'root', before: 'r-0' });
    for (const progress of [bring(back), bring(planned(back))])
      expect(refusalOf(progress, 'rollback')).toBe('it is on its way back already');
  });
});
