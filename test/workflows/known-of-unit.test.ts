import { describe, expect, it } from 'vitest';
import type { PhaseName, Proof, Stage, StageName } from '../../rotation/plan.ts';
import { type Extent, knownOf } from '../../workflows/known-of-unit.ts';

const [had, first, second] = (['had', 'first', 'second'] as const).map((name) => ({
  expect: { roots: [name], signer: name },
  chain: [name],
}));

function stage(name: StageName, held: Pick<Stage, 'expect' | 'chain'>, ...proofs: readonly Proof[]): Stage {
  return { ...held, name, write: {}, proofs };
}

function known(phase: PhaseName, stages: readonly Stage[], extent: Partial<Extent>) {
  if (had === undefined) throw new RangeError('expected a set');
  const step = {
    ...{ unit: 'weu', controlPlanes: ['weu'], clusters: ['weu'], stages },
    ...{ from: had.expect, chain: had.chain, to: had.expect },
  };
  const found = knownOf({ phase, step }, { stage: 0, proven: undefined, set: 'whole', ...extent });
  if (found === undefined) return undefined;
  const { unit, controlPlanes, ...rest } = found.unit;
  expect([unit, controlPlanes]).toEqual(['weu', ['weu']]);
  return { ...found, unit: rest };
}

describe('what is known of a unit that stands still', () => {
  if (first === undefined || second === undefined) throw new RangeError('expected sets');
  const two = [
    stage('chain-of-both', first, 'synced', 'loaded'),
    stage('signer', second, 'synced', 'loaded', 'converged'),
  ];
  const torn = [stage('mend-roots', first, 'synced'), stage('signer', second, 'synced', 'loaded')];

  it.each<[string, PhaseName, readonly Stage[], Partial<Extent>, unknown]>([
    ['nothing before the first write of a rotation', 'distribute', two, {}, undefined],
    [
      'its source alone after that write, for nobody has proven what istiods served',
      ...(['distribute', two, { proven: ['synced'] }] as const),
      { unit: { ...first, serves: [] }, stage: 0, proven: ['synced'] },
    ],
    [
      'its stage once that is loaded',
      ...(['distribute', two, { proven: ['synced', 'loaded'] }] as const),
      { unit: first, stage: 0, proven: ['synced', 'loaded'] },
    ],
    [
      'what the barrier has seen before a later phase writes',
      ...(['activate', two, {}] as const),
      { unit: had, stage: 0, proven: undefined },
    ],
    [
      'either set after that write',
      ...(['activate', two, { proven: [] }] as const),
      { unit: { ...first, serves: [first, had] }, stage: 0, proven: [] },
    ],
    [
      'the stage before where the next is not written, and that one begins anew where it does not hold',
      ...(['activate', two, { stage: 1 }] as const),
      { unit: first, stage: 0, proven: ['synced', 'loaded'] },
    ],
    [
      'what istiods may serve, and nothing of the source, where a write has failed half-way',
      ...(['activate', two, { stage: 1, set: 'unsure' }] as const),
      { unit: { ...second, serves: [second, first], holds: [] }, stage: 1, proven: undefined },
    ],
    [
      'either set, of the source too, where a write has failed that cannot tear it, and that stage begins anew',
      ...(['activate', two, { stage: 1, set: 'either' }] as const),
      { unit: { ...second, serves: [second, first], holds: [first, second] }, stage: 1, proven: undefined },
    ],
    [
      'what the source holds where only the repetition of a write has failed',
      ...(['activate', two, { proven: [], set: 'either' }] as const),
      { unit: { ...first, serves: [first, had] }, stage: 0, proven: [] },
    ],
    ['nothing of a torn set before it is mended', 'activate', torn, { stage: 0, proven: [] }, undefined],
    ['nothing while its roots are, and its signer is not', 'activate', torn, { stage: 1 }, undefined],
  ])('is %s', (_, phase, stages, extent, expected) => {
    expect(known(phase, stages, extent)).toEqual(expected);
  });
});
