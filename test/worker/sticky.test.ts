import { describe, expect, it } from 'vitest';
import type { Fleet, Mesh } from '../../fleet/fleet.ts';
import { defaults } from '../../fleet/defaults.ts';
import { stickyTimeout } from '../../worker/sticky.ts';

function fleet(...heartbeats: readonly number[]): Pick<Fleet, 'meshes'> {
  return {
    meshes: heartbeats.map((heartbeat): Mesh => {
      const limits = { ...defaults.limits, heartbeat };
      return {
        name: 'payments',
        trustDomain: 'a',
        issuer: { kind: 'files' },
        trustHolders: [],
        compromised: [],
        waveWidth: 1,
        limits,
        clusters: [],
      };
    }),
  };
}

describe('a workflow whose worker was killed', () => {
  it('goes to another within 2 s', () => {
    expect(stickyTimeout([fleet(defaults.limits.heartbeat)])).toBe(2_000);
    expect(stickyTimeout([])).toBe(2_000);
  });

  it('goes to another well before the heartbeat of any fleet has timed out', () => {
    expect(stickyTimeout([fleet(30), fleet(10, 3)])).toBe(1_000);
  });
});
