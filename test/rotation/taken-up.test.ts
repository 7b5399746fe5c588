import { describe, expect, it } from 'vitest';
import type { PhaseName } from '../../rotation/plan.ts';
import { plan } from '../../rotation/planner.ts';
import { defaultPolicy } from './model/observe.ts';
import { both, meshWith, planned, settledAt, source, stageOf, toB } from './support.ts';

describe('a rotation that takes up what another has left', () => {
  it('has the second trust plane in running pods before a new signer, where it has only seen the ConfigMaps', () => {
    const s1 = settledAt(['A', 'B'], 'a');
    const mesh = meshWith({ u1: s1, u2: both(s1, source({ chain: ['a2', 'b2'] })) });
    const first = (proven?: PhaseName) => {
      const { phases } = plan(mesh, toB(), defaultPolicy, proven);
      expect(phases[0]?.name).toBe('activate');
      return phases[0]?.units.map(({ stages: [stage] }) => [stage?.name, stage?.proofs]);
    };
    const quiet = ['synced', 'loaded'];
    const proving = ['chain-of-both', [...quiet, 'secondPlane']];
    expect(first()).toEqual([proving, proving]);
    expect(first('distribute')).toEqual([
      ['chain-of-both', quiet],
      ['chain-of-both', quiet],
    ]);
  });

  it('has it there before a new signer that is written at once, too', () => {
    const s1 = settledAt(['A', 'B'], 'a');
    const atomic = meshWith({ u1: both(s1, source({ atomic: true })), u2: s1 });
    const [step] = planned(atomic).phases[0]?.units ?? [];
    expect(step?.stages.map(({ name, write, proofs }) => [name, Object.keys(write), proofs])).toEqual([
      ['add-roots', [], ['synced', 'loaded', 'secondPlane']],
      ['signer', ['chain', 'signer'], ['synced', 'loaded', 'accepted', 'secondPlane', 'converged']],
    ]);
  });

  it('asks once more whether a new leaf is accepted where a unit was left before its chain was trimmed', () => {
    const s2 = settledAt(['A', 'B'], 'b');
    const refused = both(s2, source({ chain: ['a1', 'b1'] }));
    for (const others of ['a', 'b'] as const) {
      const made = planned(meshWith({ u1: refused, u2: settledAt(['A', 'B'], others) }));
      expect(made.phases.map(({ name }) => name)).toEqual(['activate', 'revoke']);
      expect(stageOf(made, 'activate', 'u1', 'signer')?.proofs).toContain('accepted');
    }
  });
});
