import { expect, it } from 'vitest';
import { estimatePhase, longestOf } from '../../cli/estimate.ts';
import { plan } from '../../rotation/planner.ts';
import { observed, shape, wanted } from './samples.ts';

const policy = {
  phases: 'three',
  chain: 'beforeKey',
  waveWidth: 10,
  expectedSeconds: 0,
  compromised: [],
  overrides: [],
} as const;
const planned = plan(observed(), wanted, policy);

it('takes half of the longest leaf lifetime where leaves renew themselves, and a whole one at worst', () => {
  const [distribute] = planned.phases;
  if (distribute === undefined) throw new Error('expected a phase');
  const { usual, longest } = estimatePhase(distribute, { shape, observed: observed() });
  expect(usual / 3600).toBeGreaterThan(12);
  expect(usual / 3600).toBeLessThan(13);
  expect(longest / 3600).toBeGreaterThan(24);
});

it('takes the whole lifetime and what clocks may be off where a proxy cannot be read', () => {
  const blind = observed();
  const units = blind.units.map((unit) => ({
    ...unit,
    clusters: unit.clusters.map((cluster) => ({ ...cluster, unreadable: 1 })),
  }));
  const [distribute] = planned.phases;
  if (distribute === undefined) throw new Error('expected a phase');
  const { usual, longest } = estimatePhase(distribute, { shape, observed: { ...blind, units } });
  expect(usual / 3600).toBeGreaterThan(24);
  expect(longest).toBeGreaterThan(usual);
});

it('takes as many times as long as there are waves', () => {
  const [distribute] = planned.phases;
  if (distribute === undefined) throw new Error('expected a phase');
  const wide = estimatePhase(distribute, { shape, observed: observed() });
  const narrow = estimatePhase(distribute, { shape: { ...shape, waveWidth: 1 }, observed: observed() });
  expect(narrow.usual).toBe(3 * wide.usual);
});

it('is longer for the whole than for any phase', () => {
  const ground = { shape, observed: observed() };
  for (const phase of planned.phases) {
    expect(longestOf(planned, ground)).toBeGreaterThan(estimatePhase(phase, ground).longest);
  }
});

it('waits for a CronJob as long as its schedule says', () => {
  const [distribute] = planned.phases;
  if (distribute === undefined) throw new Error('expected a phase');
  const usual = (cronJobEvery: number) => {
    const units = observed().units.map((unit) => ({ ...unit, reload: 'cronjob', cronJobEvery }) as const);
    return estimatePhase(distribute, { shape, observed: { ...observed(), units } }).usual;
  };
  expect(usual(900) - usual(600)).toBe(300);
});
