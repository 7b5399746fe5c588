import { describe, expect, it } from 'vitest';
import { foreignBefore } from '../../rotation/foreign-before.ts';
import type { PhaseName } from '../../rotation/plan.ts';
import { both, meshWith, planned, settledAt, source, type Change } from './support.ts';

const plan = planned(meshWith());

/** The parts of the source of u1 that are foreign to its step in a phase. */
function foreignIn(phase: PhaseName, settled: Change, change: Change = () => ({})) {
  const step = plan.phases.find(({ name }) => name === phase)?.units.find(({ unit }) => unit === 'u1');
  const [unit] = meshWith({ u1: both(settled, change) }).units;
  if (step === undefined || unit === undefined) throw new Error(`the plan has no ${phase} for u1`);
  return foreignBefore(unit, step, []).flatMap(({ parts }) => parts);
}

const s0 = settledAt(['A'], 'a');
const s1 = settledAt(['A', 'B'], 'a');
const s2 = settledAt(['A', 'B'], 'b');

describe('right before a write', () => {
  it.each([
    ['distribute', s0],
    ['distribute', s1],
    ['activate', s1],
    ['activate', s2],
    ['revoke', s2],
    ['revoke', settledAt(['B'], 'b')],
  ] as const)('nothing is foreign that %s begins with or leads to', (phase, settled) => {
    expect(foreignIn(phase, settled)).toEqual([]);
  });

  it.each<[PhaseName, string, Change, Change, readonly string[]]>([
    ['distribute', 'a root added', s0, source({ roots: ['A', 'X'] }), ['root']],
    ['distribute', 'another certificate', s0, source({ certificate: 'x1' }), ['cert', 'key']],
    ['distribute', 'another chain', s0, source({ chain: ['a1', 'x1'] }), ['chain']],
    ['activate', 'a root removed', s1, source({ roots: ['A'] }), ['root']],
    ['activate', 'a chain that does not begin with that of before', s1, source({ chain: ['x1'] }), ['chain']],
    ['revoke', 'the order swapped', s2, source({ roots: ['B', 'A'] }), ['root']],
    ['revoke', 'the signer of before', s2, source({ certificate: 'a1' }), ['cert', 'key']],
  ])('%s names %s', (phase, _, settled, change, parts) => {
    expect(foreignIn(phase, settled, change)).toEqual(parts);
  });
});
