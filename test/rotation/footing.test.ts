import { describe, expect, it } from 'vitest';
import { footingOf } from '../../rotation/footing.ts';
import type { PhaseName, UnitStep } from '../../rotation/plan.ts';
import type { SetState } from '../../rotation/set-state.ts';
import { meshWith, planned, settledAt, toB } from './support.ts';

function stepOf(phase: PhaseName): UnitStep {
  const step = planned(meshWith())
    .phases.find(({ name }) => name === phase)
    ?.units.find(({ unit }) => unit === 'u1');
  if (step === undefined) throw new Error(`no ${phase}`);
  return step;
}

const wanted = toB();
const at = (phase: PhaseName, stage: number, written: boolean, set: SetState = 'whole') =>
  footingOf({ step: stepOf(phase), stage, set, written, wanted });

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

  it('tells of a write that has failed and may have been carried out, and whether also in part', () => {
    const underWay = { trusts: ['A', 'B'], signs: 'old' };
    expect(at('distribute', 0, false, 'either')).toEqual({
      ...{ trusts: ['A'], signs: 'old', underWay, set: 'either' },
    });
    expect(at('activate', 1, false, 'unsure')).toEqual({
      ...{ trusts: ['A', 'B'], signs: 'old', underWay: { trusts: ['A', 'B'], signs: 'new' }, set: 'unsure' },
    });
    expect(at('activate', 2, false, 'either')).toEqual({ trusts: ['A', 'B'], signs: 'new', set: 'either' });
  });

  it('knows that what was carried out is there where only its repetition has failed, unless that may tear it', () => {
    expect(at('distribute', 0, true, 'either')).toEqual(at('distribute', 0, true));
    expect(at('activate', 1, true, 'unsure')).toMatchObject({ set: 'unsure' });
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
    expect(step && footingOf({ step, stage: 0, set: 'whole', written: false, wanted })).toMatchObject({
      signs: 'new',
    });
  });
});
