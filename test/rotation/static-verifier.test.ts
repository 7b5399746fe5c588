import { describe, expect, it } from 'vitest';
import { blocking } from '../../rotation/planner.ts';
import { both, codes, meshWith, planned, violation, type Change } from './support.ts';

describe('clients that show istiod a certificate', () => {
  const mounted: Change = ({ clusters }) => ({
    clusters: clusters.map((cluster) => ({ ...cluster, fileMounted: 2 })),
  });

  it('forbid to change roots where istiod reloads live: ISTIOD_VERIFIER_STATIC', () => {
    const plan = planned(meshWith({ u2: mounted }));
    expect(blocking(plan).map(({ code, unit }) => `${code} ${unit}`)).toEqual(['ISTIOD_VERIFIER_STATIC u2']);
    expect(violation(plan, 'ISTIOD_VERIFIER_STATIC')?.text).toBe('2 pods in u2c0 have FILE_MOUNTED_CERTS');
  });

  it('may be VMs, which the fleet file tells of', () => {
    const plan = planned(meshWith(), { certificateHolders: ['billing-vms'] });
    expect(codes(plan)).toEqual(['ISTIOD_VERIFIER_STATIC u1', 'ISTIOD_VERIFIER_STATIC u2']);
    expect(violation(plan, 'ISTIOD_VERIFIER_STATIC')?.text).toContain('billing-vms');
  });

  it('may stay where every change of roots restarts the only istiod, and where somebody answers for them', () => {
    const restarting = meshWith({ u2: both(mounted, () => ({ reload: 'restart' })) });
    expect(planned(restarting).violations).toEqual([]);
    const answered = planned(meshWith({ u2: mounted }), {
      overrides: [{ invariant: 'ISTIOD_VERIFIER_STATIC', reason: 'restarted by hand' }],
    });
    expect(blocking(answered)).toEqual([]);
  });

  it('count where one of two revisions may reload live', () => {
    const two: Change = ({ istiods }) => ({
      reload: 'restart',
      istiods: [...istiods, ...istiods.map((istiod) => ({ ...istiod, revision: 'asm-1-31' }))],
    });
    expect(codes(planned(meshWith({ u2: both(mounted, two) })))).toEqual(['ISTIOD_VERIFIER_STATIC u2']);
  });

  it('are no matter where roots stay', () => {
    const wanted = { kind: 'intermediate' as const, roots: [], signers: {}, certificates: [] };
    expect(codes(planned(meshWith({ u2: mounted }), {}, wanted))).not.toContain('ISTIOD_VERIFIER_STATIC u2');
  });
});
