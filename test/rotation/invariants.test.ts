import { describe, expect, it } from 'vitest';
import { isProblemCode } from '../../problems/registry.ts';
import { invariants } from '../../rotation/invariants.ts';
import { meshChecks } from '../../rotation/mesh-checks.ts';
import { blocking, plan } from '../../rotation/planner.ts';
import { facts, signer } from './model/certificates.ts';
import { defaultPolicy } from './model/observe.ts';
import {
  both,
  type Change,
  codes,
  meshWith,
  planned,
  settledAt,
  silent,
  source,
  toB,
  violation,
} from './support.ts';

const overridden = (invariant: string): { overrides: { invariant: string; reason: string }[] } => ({
  overrides: [{ invariant, reason: 'drill' }],
});

const intermediate = {
  kind: 'intermediate' as const,
  roots: [],
  signers: { u1: signer('b1'), u2: signer('b2') },
  certificates: [],
};

describe('the invariants', () => {
  it('are nine, and every code of theirs is in the registry', () => {
    expect(new Set(invariants.map(({ number }) => number))).toEqual(new Set([1, 2, 3, 4, 5, 6, 7, 8, 9]));
    expect([...invariants, ...meshChecks].filter(({ code }) => !isProblemCode(code))).toEqual([]);
  });

  it('hold for a rotation in three phases', () => {
    expect(planned(meshWith()).violations).toEqual([]);
  });

  it('1: an intermediate below a root that nobody trusts yet is SIGNER_NOT_TRUSTED', () => {
    expect(violation(planned(meshWith(), {}, intermediate), 'SIGNER_NOT_TRUSTED')?.invariant).toBe(1);
  });

  it('1: one proxy of another unit that does not trust the root is enough', () => {
    const trusting = settledAt(['A', 'B'], 'a');
    const behind = meshWith({
      u1: trusting,
      u2: both(trusting, (unit) => ({
        clusters: unit.clusters.map((cluster) => ({ ...cluster, trust: [{ roots: ['A'], count: 2 }] })),
      })),
    });
    const { violations } = planned(behind, {}, intermediate);
    expect(violations.map(({ unit, text }) => [unit, text])).toEqual([
      ['u1', '2 proxies in u2c0: no trust in B yet'],
      ['u2', '2 proxies in u2c0: no trust in B yet'],
    ]);
  });

  it('1: a namespace whose istio-ca-root-cert lacks the root is enough', () => {
    const trusting = settledAt(['A', 'B'], 'a');
    const behind = meshWith({
      u1: trusting,
      u2: both(trusting, (unit) => ({
        clusters: unit.clusters.map((cluster) => ({ ...cluster, secondPlane: [{ roots: ['A'], count: 3 }] })),
      })),
    });
    expect(violation(planned(behind, {}, intermediate), 'SIGNER_NOT_TRUSTED')?.text).toBe(
      'istio-ca-root-cert in 3 namespaces of u2c0: no trust in B yet',
    );
  });

  it('1: a signer that waits in the source is asked about where no istiod says what signs', () => {
    const b2 = { fingerprint: 'b2', root: 'B', chain: ['b2'] };
    const waiting = both(source({ roots: ['B'], signer: b2, certificate: 'b2', chain: ['b2'] }), (unit) => ({
      istiods: unit.istiods.map((istiod) => ({ ...istiod, serves: undefined })),
    }));
    expect(codes(planned(meshWith({ u2: waiting })))).toEqual([
      'SIGNER_NOT_TRUSTED u2',
      'UNREADABLE_NOT_PROVEN u2',
    ]);
  });

  it('1: a new intermediate below another root than the wanted ones cannot be overridden', () => {
    const astray = { ...toB(), signers: { ...toB().signers, u2: signer('x2') } };
    const plan = planned(meshWith(), overridden('SIGNER_NOT_TRUSTED'), astray);
    expect(blocking(plan).map(({ code, unit }) => [code, unit])).toContainEqual(['SIGNER_NOT_TRUSTED', 'u2']);
  });

  it('2: the second half of a two-phase rotation is ROOT_IN_USE', () => {
    const plan = planned(meshWith(), { phases: 'two' });
    expect(plan.phases.map(({ name }) => name)).toEqual(['distribute', 'replace']);
    expect(codes(plan)).toEqual(['ROOT_IN_USE u1', 'ROOT_IN_USE u2']);
    expect(violation(plan, 'ROOT_IN_USE')?.text).toContain('u1 would drop A: 2 live leaves in u1c0 below it');
  });

  it('3: a source whose versions cannot be read back is NOT_RESTORABLE', () => {
    const plan = planned(meshWith({ u2: source({ restorable: false }) }));
    expect(codes(plan)).toEqual(['NOT_RESTORABLE u2']);
  });

  it('3: says nothing of a source that is not written', () => {
    const there = both(settledAt(['A', 'B'], 'b'), source({ restorable: false }));
    const wanted = { ...toB(), roots: ['A', 'B'] };
    expect(codes(planned(meshWith({ u2: there }), {}, wanted))).toEqual([]);
  });

  it('4: a bundle that a running istiod would refuse is BUNDLE_NOT_CONTIGUOUS', () => {
    // X must not come back, so nothing can be written that holds it besides the rest.
    const held = (roots: readonly string[]) => (unit: Parameters<ReturnType<typeof source>>[0]) => ({
      istiods: unit.istiods.map((istiod) => ({
        ...istiod,
        serves: { roots, signer: `a${unit.unit.slice(1)}` },
      })),
    });
    const plan = planned(meshWith({ u1: held(['X', 'A']) }), { compromised: ['X'] });
    expect(violation(plan, 'BUNDLE_NOT_CONTIGUOUS')).toMatchObject({
      unit: 'u1',
      text: 'istiod u1-0 (1.30.3) holds X, A and would refuse A, B',
    });
  });

  it('5: a chain written after key and certificate is TORN_CHAIN', () => {
    expect(codes(planned(meshWith(), { chain: 'afterKey' }))).toEqual(['TORN_CHAIN u1', 'TORN_CHAIN u2']);
  });

  it('5: a new intermediate with the subject of the old one is SUBJECT_REUSED', () => {
    const wanted = {
      ...toB(),
      certificates: [{ ...facts('b1'), subject: 'CN=a1' }, facts('b2'), facts('B')],
    };
    expect(codes(planned(meshWith(), {}, wanted))).toEqual(['SUBJECT_REUSED u1']);
  });

  it('6: proxies that cannot be read are UNREADABLE_NOT_PROVEN where no phase can prove them first', () => {
    const blind: Change = (unit) => ({
      clusters: unit.clusters.map((cluster) => ({ ...cluster, unreadable: 4 })),
    });
    const same = { ...intermediate, signers: { u1: { ...signer('aa1'), root: 'A' }, u2: signer('a2') } };
    const broken = source({ signer: undefined });
    expect(
      violation(planned(meshWith({ u1: broken, u2: blind }), {}, same), 'UNREADABLE_NOT_PROVEN')?.text,
    ).toBe('4 proxies in u2c0 cannot be read');
    expect(planned(meshWith({ u2: blind }), {}, same).violations).toEqual([]);
    expect(planned(meshWith({ u2: blind })).violations).toEqual([]);
  });

  it('6: an istiod that gives no answer is UNREADABLE_NOT_PROVEN where no phase proves it first', () => {
    const same = { ...intermediate, signers: { u1: { ...signer('aa1'), root: 'A' }, u2: signer('a2') } };
    const quiet = meshWith({ u2: silent });
    expect(codes(planned(quiet, {}, same))).toEqual(['UNREADABLE_NOT_PROVEN u1']);
    expect(violation(planned(quiet, {}, same), 'UNREADABLE_NOT_PROVEN')?.text).toBe(
      'istiod u2-0 of u2 gives no answer',
    );
    expect(planned(quiet).violations).toEqual([]);
  });

  it('6: at the barrier a momentary silence is no violation', () => {
    const s1 = settledAt(['A', 'B'], 'a');
    const quiet = meshWith({ u1: s1, u2: both(s1, silent) });
    expect(plan(quiet, toB(), defaultPolicy, 'distribute').violations).toEqual([]);
  });

  it('7: a certificate that ends before the rotation is EXPIRES_BEFORE_END', () => {
    const wanted = {
      ...toB(),
      certificates: [facts('B', '2026-12-02T23:00:00.000Z'), facts('b1'), facts('b2')],
    };
    const plan = planned(meshWith(), {}, wanted);
    expect(violation(plan, 'EXPIRES_BEFORE_END')?.text).toBe(
      'B expires 2026-12-02T23:00:00.000Z, the rotation may last until 2026-12-03T00:00:00.000Z',
    );
    expect(planned(meshWith(), { expectedSeconds: 3600 }, wanted).violations).toEqual([]);
  });

  it('7: so is one that an issuer of what signs now ends before, or another signer of an istiod', () => {
    const ends = '2026-12-02T23:00:00.000Z';
    const above: Change = (unit) => ({
      source: { ...unit.source, signer: { fingerprint: 'a1', root: 'A', chain: ['a1', 'aup'] } },
      certificates: [{ ...facts('a1'), issuer: 'CN=aup' }, facts('aup', ends), facts('A')],
    });
    const beside: Change = (unit) => ({
      istiods: unit.istiods.map((istiod) => ({ ...istiod, serves: { roots: ['A'], signer: 'a9' } })),
      certificates: [...unit.certificates, facts('a9', ends)],
    });
    for (const [change, name] of [[above, 'aup'] as const, [beside, 'a9'] as const]) {
      expect(violation(planned(meshWith({ u1: change })), 'EXPIRES_BEFORE_END')?.text).toContain(
        `${name} expires ${ends}`,
      );
    }
  });

  it('7: a certificate in the chain that nothing stands below may end', () => {
    const stray: Change = (unit) => ({
      source: { ...unit.source, signer: { fingerprint: 'a1', root: 'A', chain: ['a1', 'x9'] } },
      certificates: [...unit.certificates, facts('x9', '2026-12-02T23:00:00.000Z')],
    });
    expect(planned(meshWith({ u1: stray })).violations).toEqual([]);
  });

  it('8: a compromised root never comes back, whatever the reason', () => {
    const back = planned(meshWith(), { compromised: ['B'], ...overridden('ROOT_COMPROMISED') });
    expect(blocking(back).map(({ code }) => code)).toEqual(['ROOT_COMPROMISED', 'ROOT_COMPROMISED']);
  });

  it('8: an expired root never comes back either', () => {
    const wanted = {
      ...toB(),
      certificates: [facts('B', '2026-11-01T00:00:00.000Z'), facts('b1'), facts('b2')],
    };
    expect(violation(planned(meshWith(), {}, wanted), 'ROOT_COMPROMISED')?.text).toBe(
      'B has expired and would come back to u1',
    );
  });

  it('8: a compromised root that is in use is given to no unit that lacks it', () => {
    const plan = planned(meshWith({ u2: settledAt(['B'], 'b') }), { compromised: ['A'] });
    const roots = plan.phases.flatMap(({ units }) => units.find(({ unit }) => unit === 'u2')?.to.roots ?? []);
    expect(new Set(roots)).toEqual(new Set(['B']));
  });

  it("9: a source under another rotation's lease is HELD_BY_OTHER_ROTATION", () => {
    const plan = planned(meshWith({ u1: source({ heldBy: 'r-9' }) }));
    expect(violation(plan, 'HELD_BY_OTHER_ROTATION')).toMatchObject({
      invariant: 9,
      unit: 'u1',
      text: 'rotation r-9 holds the CA source of u1',
    });
  });
});

describe('what else stands against a plan', () => {
  it('is a cluster that the fleet file lacks', () => {
    const plan = planned(meshWith({ u1: () => ({ strangers: ['aks-unknown-1'] }) }));
    expect(violation(plan, 'CLUSTER_NOT_IN_FLEET')).toMatchObject({
      invariant: 0,
      text: 'istiod of u1 serves aks-unknown-1',
    });
  });

  it('is another istiod in a cluster', () => {
    const plan = planned(meshWith({ u1: () => ({ otherIstiods: ['istio-system of u1'] }) }));
    expect(violation(plan, 'CLUSTER_SECOND_ISTIOD')).toMatchObject({
      invariant: 0,
      text: 'another istiod runs in istio-system of u1',
    });
  });

  it('is ambient', () => {
    const ambient = meshWith({
      u2: (unit) => ({ clusters: unit.clusters.map((cluster) => ({ ...cluster, ambient: true })) }),
    });
    expect(codes(planned(ambient))).toEqual(['AMBIENT_NOT_HANDLED u2']);
  });

  it('is a unit without a new intermediate', () => {
    const wanted = { ...toB(), signers: { u1: signer('b1') } };
    expect(codes(planned(meshWith(), {}, wanted))).toContain('WANTED_SIGNER_MISSING u2');
  });

  it('is a source that does not verify where no istiod says what signs', () => {
    const silent = meshWith({
      u2: (unit) => ({
        ...source({ signer: undefined })(unit),
        istiods: unit.istiods.map((istiod) => ({ ...istiod, serves: undefined })),
      }),
    });
    expect(codes(planned(silent))).toContain('NOTHING_SIGNS u2');
  });

  it('is nothing where there is nothing to do', () => {
    const there = settledAt(['B'], 'b');
    const plan = planned(meshWith({ u1: (unit) => ({ ...there(unit), strangers: ['x'] }), u2: there }));
    expect(plan).toEqual({ kind: 'root', phases: [], violations: [] });
  });
});

describe('an override', () => {
  it('lets a plan start, and keeps its reason', () => {
    const plan = planned(meshWith(), { phases: 'two', ...overridden('ROOT_IN_USE') });
    expect(blocking(plan)).toEqual([]);
    expect(violation(plan, 'ROOT_IN_USE')?.overridden).toBe('drill');
  });

  it('needs a reason', () => {
    const plan = planned(meshWith(), {
      phases: 'two',
      overrides: [{ invariant: 'ROOT_IN_USE', reason: ' ' }],
    });
    expect(blocking(plan)).toHaveLength(2);
  });

  it('of one invariant overrides no other', () => {
    const plan = planned(meshWith(), { phases: 'two', ...overridden('TORN_CHAIN') });
    expect(blocking(plan)).toHaveLength(2);
  });
});
