import { describe, expect, it } from 'vitest';
import { footingOf } from '../../rotation/footing.ts';
import type { PhaseName, UnitStep } from '../../rotation/plan.ts';
import { meshWith, planned, settledAt, toB } from './support.ts';

function stepOf(phase: PhaseName): UnitStep {
  const step = planned(meshWith())
    .phases.find(({ name }) => name === phase)
    ?.units.find(({ unit }) => unit === 'u1');
  if (step === undefined) throw new Error(`no ${phase}`);
  return step;
}

const wanted = toB();
const at = (phase: PhaseName, stage: number, written: boolean) =>
  footingOf({ step: stepOf(phase), stage, written, wanted });

describe('the footing of a cluster that stands still', () => {
  it('is what its step began with, until the first stage is proven', () => {
    expect(at('distribute', 0, false)).toEqual({ trusts: ['A'], signs: 'old' });
  });

  it('tells of a write that is not proven beside what is', () => {
    expect(at('distribute', 0, true)).toEqual({
      trusts: ['A'],
      signs: 'old',
      underWay: { trusts: ['A', 'B'], signs: 'old' },
    });
  });

  it('is the same during a write that changes neither trust nor signer', () => {
    const { stages } = stepOf('activate');
    expect(stages.map(({ name }) => name)).toEqual(['chain-of-both', 'signer', 'trim-chain']);
    expect(at('activate', 0, true)).toEqual({ trusts: ['A', 'B'], signs: 'old' });
    expect(at('activate', 1, true)).toMatchObject({ signs: 'old', underWay: { signs: 'new' } });
    expect(at('activate', 2, true)).toEqual({ trusts: ['A', 'B'], signs: 'new' });
  });

  it('is where the step leads, once all its stages are proven', () => {
    const { stages } = stepOf('revoke');
    expect(at('revoke', stages.length, true)).toEqual({ trusts: ['B'], signs: 'new' });
  });

  it('is of the new CA in a unit that was ahead of the plan', () => {
    const mesh = meshWith({ u1: settledAt(['A', 'B'], 'b'), u2: settledAt(['A', 'B'], 'a') });
    const [step] = planned(mesh).phases[0]?.units.filter(({ unit }) => unit === 'u1') ?? [];
    expect(step && footingOf({ step, stage: 0, written: false, wanted })).toMatchObject({ signs: 'new' });
  });
});
