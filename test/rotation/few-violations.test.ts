import { expect, it } from 'vitest';
import { startProgress, withPlan } from '../../rotation/course.ts';
import { fewViolations } from '../../rotation/few-violations.ts';
import type { Violation } from '../../rotation/plan.ts';
import { statusPage } from '../../rotation/status-page.ts';
import { startEvidence } from '../../workflows/rotation-evidence.ts';
import { meshWith, planned, toB } from './support.ts';
import { shape } from '../cli/samples.ts';

const ca = { kind: 'root', directory: '/ca' } as const;
const at = '2026-12-01T00:00:00.000Z';

/** Every one of so many units breaks two invariants. */
function broken(units: number): readonly Violation[] {
  return ['EXPIRES_BEFORE_END', 'NOT_RESTORABLE'].flatMap((code) =>
    Array.from({ length: units }, (_, unit) => ({
      ...{ invariant: 7, code, unit: `u${unit}`, mend: 'make it shorter' },
      text: `Root A expires 2026-12-0${unit % 9}`,
    })),
  );
}

const size = (value: unknown): number => JSON.stringify(value).length;

it('tells the first few of a code that many units break, and counts the others', () => {
  expect(fewViolations(broken(9))).toEqual(broken(9));
  const few = fewViolations(broken(1000));
  expect(few).toHaveLength(18);
  expect(few[8]?.text).toContain('; and 991 units more');
  expect(fewViolations(few)).toEqual(few);
});

it('keeps state and evidence of a plan that 1,000 units break as small as of nine', () => {
  const told = (units: number): readonly [number, number] => {
    const plan = { ...planned(meshWith()), violations: broken(units) };
    const seen = { from: [], to: [], untils: {}, undone: [], pins: new Set<string>(), leafLives: new Map() };
    const view = { plan, ...seen, shape, wanted: toB(), origin: toB() };
    const begun = startProgress({ id: 'r', fleet: 'prod', mesh: 'payments', ca, at });
    return [size(statusPage(withPlan(begun, view))), size(startEvidence(view, { startedAt: at }))];
  };
  const [state, evidence] = told(1000);
  const [stateOfNine, evidenceOfNine] = told(9);
  expect(state - stateOfNine).toBeLessThan(200);
  expect(evidence - evidenceOfNine).toBeLessThan(200);
});
