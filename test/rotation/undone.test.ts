import { expect, it } from 'vitest';
import type { PhaseName, Plan } from '../../rotation/plan.ts';
import type { PhaseProgress } from '../../rotation/progress.ts';
import { leadsFurther, neededAgain } from '../../rotation/undone.ts';

const planned = (...names: readonly PhaseName[]): Plan => ({
  kind: 'root',
  phases: names.map((name) => ({ name, units: [] })),
  violations: [],
});
const ended = (...names: readonly PhaseName[]) => ({
  phases: names.map((name): PhaseProgress => {
    const at = '2026-12-01T00:00:00.000Z';
    return { name, state: 'done', startedAt: at, endedAt: at, clusters: [] };
  }),
});

it('finds a phase needed again that has just ended, or that ended long before', () => {
  expect(neededAgain(planned('activate', 'revoke'), 'activate')).toBe('activate');
  expect(neededAgain(planned('distribute', 'revoke'), 'revoke')).toBe('distribute');
  expect(neededAgain(planned('revoke'), 'activate')).toBeUndefined();
  expect(neededAgain(planned(), 'revoke')).toBeUndefined();
});

it('takes no going to and fro between two phases for progress', () => {
  expect(leadsFurther(planned('activate', 'revoke'), ended('distribute'))).toBe(true);
  expect(leadsFurther(planned('revoke'), ended('distribute', 'revoke'))).toBe(false);
  expect(leadsFurther(planned(), ended('distribute', 'revoke'))).toBe(true);
});
