import { describe, expect, it } from 'vitest';
import { blocking, plan } from '../../rotation/planner.ts';
import { undoneIn } from '../../rotation/undone.ts';
import { wantedIntermediates, defaultPolicy } from './model/observe.ts';
import { meshOf } from './model/arbitrary.ts';
import { both, meshWith, outline, planned, settledAt, toB, type Change } from './support.ts';

/** The mesh configuration of every cluster pins a root, and proxies hold it. */
function pinning(root: string): Change {
  return ({ clusters }) => ({
    clusters: clusters.map((cluster) => ({
      ...cluster,
      pinned: [root],
      trust: cluster.trust.map(({ roots, count }) => ({ roots: [...new Set([...roots, root])], count })),
    })),
  });
}

const bothUnits = (change: Change) => meshWith({ u1: change, u2: change });

describe('a root that the mesh configuration pins', () => {
  it('keeps no rotation to it from its end', () => {
    const finished = bothUnits(both(settledAt(['B'], 'b'), pinning('B')));
    expect(planned(finished)).toMatchObject({ phases: [], violations: [] });
  });

  it('does not bring a phase back whose end was just proven', () => {
    const distributed = bothUnits(both(settledAt(['A', 'B'], 'a'), pinning('B')));
    const { phases } = plan(distributed, toB(), defaultPolicy, 'distribute');
    expect(phases.map(({ name }) => name)).toEqual(['activate', 'revoke']);
    expect(undoneIn(distributed, toB(), defaultPolicy, 'distribute')).toEqual([]);
  });

  it('is distributed all the same, for whoever asks an istiod', () => {
    expect(outline(planned(bothUnits(pinning('B'))))[0]).toBe('distribute u1: add-roots');
  });

  it('may be the one in use while intermediates change', () => {
    const unit = { istiods: [{ version: '1.30.3', live: true }], clusters: [{ proxies: 2 }] };
    const wanted = wantedIntermediates(meshOf({ units: [unit, unit], bundle: ['A'] }));
    expect(blocking(planned(bothUnits(pinning('A')), {}, wanted))).toEqual([]);
  });

  it('is no reason to revoke once more where it is the one that went', () => {
    const finished = bothUnits(both(settledAt(['B'], 'b'), pinning('A')));
    expect(planned(finished)).toMatchObject({ phases: [], violations: [] });
  });

  it('counts for nothing in the second trust plane', () => {
    const late: Change = ({ clusters }) => ({
      clusters: clusters.map((cluster) => ({ ...cluster, secondPlane: [{ roots: ['A', 'B'], count: 1 }] })),
    });
    const mesh = bothUnits(both(both(settledAt(['B'], 'b'), pinning('A')), late));
    expect(planned(mesh).phases.map(({ name }) => name)).toEqual(['revoke']);
  });
});

describe('a phase that was proven and is needed again', () => {
  it('tells which unit lacks what', () => {
    const stale: Change = ({ clusters }) => ({
      clusters: clusters.map((cluster) => ({
        ...cluster,
        trust: [
          { roots: ['A', 'B'], count: 1 },
          { roots: ['A'], count: 1 },
        ],
      })),
    });
    const mesh = meshWith({
      u1: settledAt(['A', 'B'], 'a'),
      u2: both(settledAt(['A', 'B'], 'a'), stale),
    });
    expect(undoneIn(mesh, toB(), defaultPolicy, 'distribute')).toEqual(['u2: 1 proxies in u2c0 trust A']);
    expect(undoneIn(mesh, toB(), defaultPolicy, 'activate').slice(0, 3)).toEqual([
      'u1: its CA source signs with a1',
      'u1: istiod u1-0 signs with a1',
      'u1: 2 leaves in u1c0 are signed by a1',
    ]);
    expect(undoneIn(mesh, toB(), defaultPolicy, 'revoke')[0]).toBe('u1: its CA source holds A and B');
  });
});
