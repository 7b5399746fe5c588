import { describe, expect, it } from 'vitest';
import { originOf } from '../../rotation/origin.ts';
import type { PhaseName } from '../../rotation/plan.ts';
import { blocking, plan } from '../../rotation/planner.ts';
import type { Wanted } from '../../rotation/wanted.ts';
import { intermediate, signer, upper } from './model/certificates.ts';
import { defaultPolicy } from './model/observe.ts';
import {
  both,
  meshWith,
  outline,
  planned,
  settledAt,
  silent,
  source,
  stageOf,
  toB,
  type Change,
} from './support.ts';

const allThree = ['chain-of-both', 'signer', 'trim-chain'].join(', ');

it('is where it is to be, of a mesh whose units are led back to bundles that differ', () => {
  const mesh = meshWith({ u2: settledAt(['A', 'X'], 'a') });
  const before = { ...originOf(mesh.units, 'root'), exact: true as const };
  expect(plan(mesh, before, defaultPolicy).phases).toEqual([]);
  const after = meshWith({ u1: settledAt(['B'], 'b'), u2: settledAt(['B'], 'b') });
  const back = plan(after, before, defaultPolicy);
  expect(back.phases.map(({ name }) => name)).toEqual(['distribute', 'activate', 'revoke']);
  const ends = back.phases.at(-1)?.units.map(({ to }) => to.roots);
  expect(ends).toEqual([['A'], ['A', 'X']]);
});

describe('a root rotation', () => {
  it.each([
    [[86_400, 86_401], 90_000],
    [[601, 60], 660],
    [[0, 0], undefined],
  ])('knows of each unit how long leaves live in its clusters at most, rounded up: %j', (lives, longest) => {
    const mesh = meshWith();
    const units = mesh.units.map((unit) => ({
      ...unit,
      clusters: lives.flatMap((longestLeafTtlSeconds) =>
        unit.clusters.map((cluster) => ({ ...cluster, longestLeafTtlSeconds })),
      ),
    }));
    const [other, ...rest] = mesh.units;
    if (other === undefined) throw new RangeError('expected a unit');
    const made = planned({ ...mesh, units: [other, ...units.slice(1)] });
    expect(rest.length).toBeGreaterThan(0);
    for (const { units: steps } of made.phases)
      expect(steps.map(({ longestLeaf }) => longestLeaf)).toEqual([86_400, ...rest.map(() => longest)]);
  });

  it('distributes, activates and revokes in every unit', () => {
    expect(outline(planned(meshWith()))).toEqual([
      'distribute u1: add-roots',
      'distribute u2: add-roots',
      `activate u1: ${allThree}`,
      `activate u2: ${allThree}`,
      'revoke u1: drop-roots',
      'revoke u2: drop-roots',
    ]);
  });

  it('writes the chain of both generations before key and certificate, and trims it when all is proven', () => {
    const made = planned(meshWith());
    const [both, change, trim] = (['chain-of-both', 'signer', 'trim-chain'] as const).map((name) =>
      stageOf(made, 'activate', 'u1', name),
    );
    expect(both).toMatchObject({ write: { chain: ['a1', 'b1'] }, proofs: ['synced', 'loaded'] });
    expect(change).toMatchObject({
      write: { signer: 'b1' },
      proofs: ['synced', 'loaded', 'accepted', 'secondPlane', 'converged'],
      expect: { roots: ['A', 'B'], signer: 'b1' },
      chain: ['a1', 'b1'],
    });
    expect(trim).toMatchObject({ write: { chain: ['b1'] }, proofs: ['synced', 'loaded'] });
  });

  it('has no phases where everything is there and seen', () => {
    const there = settledAt(['B'], 'b');
    expect(planned(meshWith({ u1: there, u2: there }))).toMatchObject({ phases: [], violations: [] });
  });

  it('takes up where the mesh trusts both roots already', () => {
    const s1 = settledAt(['A', 'B'], 'a');
    expect(outline(planned(meshWith({ u1: s1, u2: s1 })))[0]).toBe(`activate u1: ${allThree}`);
  });

  it('proves a unit that is ahead again, and waits for the others', () => {
    const made = planned(meshWith({ u1: settledAt(['A', 'B'], 'b') }));
    expect(outline(made)).toEqual([
      'distribute u1: nothing',
      'distribute u2: add-roots',
      'activate u1: nothing',
      `activate u2: ${allThree}`,
      'revoke u1: drop-roots',
      'revoke u2: drop-roots',
    ]);
    expect(stageOf(made, 'distribute', 'u1', 'add-roots')).toMatchObject({
      write: {},
      proofs: ['synced', 'loaded', 'secondPlane', 'converged'],
    });
  });

  it('gives the old root back to a unit that dropped it before the others had changed', () => {
    const made = planned(meshWith({ u1: settledAt(['B'], 'b') }));
    expect(stageOf(made, 'distribute', 'u1', 'add-roots')?.write).toEqual({ roots: ['B', 'A'] });
  });

  it('walks a phase to prove it where only proxies lag behind', () => {
    const s1 = settledAt(['A', 'B'], 'a');
    const lagging = meshWith({
      u1: s1,
      u2: (unit) => ({ ...s1(unit), clusters: unit.clusters }),
    });
    expect(outline(planned(lagging)).slice(0, 2)).toEqual([
      'distribute u1: nothing',
      'distribute u2: nothing',
    ]);
  });

  it('walks a phase to prove it where proxies cannot be read, unless it has just been proven', () => {
    const there = settledAt(['B'], 'b');
    const unread = both(there, (unit) => ({
      clusters: unit.clusters.map((cluster) => ({ ...cluster, unreadable: 1 })),
    }));
    const blind = meshWith({ u1: there, u2: unread });
    const after = (proven?: PhaseName): readonly PhaseName[] =>
      plan(blind, toB(), defaultPolicy, proven).phases.map(({ name }) => name);
    expect(after()).toEqual(['distribute', 'activate', 'revoke']);
    expect(after('distribute')).toEqual(['activate', 'revoke']);
    expect(after('activate')).toEqual(['revoke']);
    expect(after('revoke')).toEqual([]);
  });

  it('walks a phase to prove it where an istiod gives no answer, unless it has just been proven', () => {
    const phases = (at: Change, proven?: PhaseName): readonly PhaseName[] => {
      const quiet = meshWith({ u1: at, u2: both(at, silent) });
      const made = plan(quiet, toB(), defaultPolicy, proven);
      expect(blocking(made)).toEqual([]);
      return made.phases.map(({ name }) => name);
    };
    const [s1, s2, s3] = [
      settledAt(['A', 'B'], 'a'),
      settledAt(['A', 'B'], 'b'),
      settledAt(['B'], 'b'),
    ] as const;
    for (const at of [s1, s2, s3]) expect(phases(at)).toEqual(['distribute', 'activate', 'revoke']);
    expect(phases(s1, 'distribute')).toEqual(['activate', 'revoke']);
    expect(phases(s2, 'activate')).toEqual(['revoke']);
    expect(phases(s3, 'revoke')).toEqual([]);
  });

  it('goes by the bundle that an istiod hands out with leaves that nobody can verify', () => {
    const s1 = settledAt(['A', 'B'], 'a');
    const torn =
      (handsOut: readonly string[]): Change =>
      (unit) => ({
        istiods: unit.istiods.map((istiod) => ({ ...istiod, serves: undefined, handsOut })),
      });
    const first = (handsOut: readonly string[]): PhaseName | undefined =>
      planned(meshWith({ u1: s1, u2: both(s1, torn(handsOut)) })).phases[0]?.name;
    expect(first(['A'])).toBe('distribute');
    expect(first(['A', 'B'])).toBe('activate');
  });

  it('only trims where the signer is written and the chain still holds both', () => {
    const s2 = settledAt(['A', 'B'], 'b');
    const untrimmed = meshWith({
      u1: s2,
      u2: both(s2, source({ chain: ['a2', 'b2'] })),
    });
    const made = planned(untrimmed);
    expect(outline(made).slice(0, 2)).toEqual(['activate u1: nothing', `activate u2: ${allThree}`]);
    expect(stageOf(made, 'activate', 'u2', 'trim-chain')?.write).toEqual({ chain: ['b2'] });
  });

  it('mends a chain that lacks the signer before anything else', () => {
    const torn = source({ ...soundB('u2'), roots: ['B', 'A'], chain: ['a2'] });
    const made = planned(meshWith({ u1: settledAt(['A', 'B'], 'a'), u2: torn }));
    expect(stageOf(made, 'distribute', 'u2', 'chain-of-both')?.write).toEqual({ chain: ['a2', 'b2'] });
  });

  it('puts the live signer back where the source was written ahead of everybody', () => {
    const made = planned(meshWith({ u2: source({ ...soundB('u2'), roots: ['B'], chain: ['b2'] }) }));
    expect(blocking(made)).toEqual([]);
    expect(outline(made)[1]).toBe('distribute u2: chain-of-both, signer, add-roots');
    expect(stageOf(made, 'distribute', 'u2', 'signer')).toMatchObject({
      write: { signer: 'a2', rootsLater: true },
      proofs: ['synced'],
    });
    expect(stageOf(made, 'distribute', 'u2', 'add-roots')?.write).toEqual({ roots: ['B', 'A'] });
  });

  it('puts the live signer back where certificate and key do not match, so that new roots can be loaded', () => {
    const made = planned(meshWith({ u2: source({ signer: undefined, certificate: 'b2' }) }));
    expect(stageOf(made, 'distribute', 'u2', 'signer')).toMatchObject({
      write: { signer: 'a2' },
      proofs: ['synced', 'loaded'],
    });
  });

  it('brings the roots in use into a set that does not verify before the issuers by which it might', () => {
    const x1 = intermediate('X', 'u1');
    const live = settledAt(['A', 'X'], 'x');
    const torn = source({ roots: ['X'], signer: undefined, certificate: x1, paired: true, chain: ['a1'] });
    const made = planned(meshWith({ u1: both(live, torn) }));
    expect(outline(made)[0]).toBe('distribute u1: mend-chain, mend-roots, chain-of-both, signer, add-roots');
    expect(stageOf(made, 'distribute', 'u1', 'mend-chain')?.write).toEqual({ chain: ['a1', x1] });
    expect(stageOf(made, 'distribute', 'u1', 'mend-roots')?.write).toEqual({ roots: ['X', 'A'] });
    expect(stageOf(made, 'distribute', 'u1', 'chain-of-both')?.write).toEqual({ chain: ['a1', x1, upper] });
  });

  it('keeps what waits in a torn source where everybody trusts its root, not what is live and distrusted', () => {
    const torn = source({ roots: ['X'], signer: undefined, certificate: 'a1', paired: true, chain: ['a1'] });
    const made = planned(meshWith({ u1: both(settledAt(['A', 'X'], 'x'), torn) }));
    expect(outline(made)[0]).toBe('distribute u1: mend-chain, mend-roots, chain-of-both, add-roots');
    expect(made.phases[0]?.units[0]?.to.signer).toBe('a1');
  });

  it('goes straight to the wanted signer where a pair does not match and everybody trusts the new root', () => {
    const s1 = settledAt(['A', 'B'], 'a');
    const made = planned(
      meshWith({
        u1: s1,
        u2: both(s1, source({ signer: undefined, certificate: 'b2' })),
      }),
    );
    expect(outline(made).slice(0, 2)).toEqual([`activate u1: ${allThree}`, `activate u2: ${allThree}`]);
    // No istiod loads a set whose pair does not match.
    expect(stageOf(made, 'activate', 'u2', 'chain-of-both')?.proofs).toEqual(['synced']);
  });

  it('cuts out a middle root in two steps where an istiod is 1.29', () => {
    const three = settledAt(['A', 'X', 'B'], 'b');
    const mesh = meshWith({ u1: three, u2: three }, '1.29.4');
    const wanted = { ...toB(), roots: ['A', 'B'] };
    expect(outline(planned(mesh, {}, wanted))).toEqual([
      'revoke u1: repeat-roots, drop-roots',
      'revoke u2: repeat-roots, drop-roots',
    ]);
  });

  it('changes all at once where the source is atomic', () => {
    const s1 = settledAt(['A', 'B'], 'a');
    const atomic = meshWith({ u1: s1, u2: both(s1, source({ atomic: true })) });
    expect(outline(planned(atomic))[1]).toBe('activate u2: signer');
  });
});

describe('an intermediate rotation', () => {
  const wanted = (): Wanted => ({
    kind: 'intermediate',
    roots: [],
    signers: { u1: { ...signer('aa1'), root: 'A' }, u2: { ...signer('aa2'), root: 'A' } },
    certificates: [],
  });

  it('is one activate that leaves every bundle as it is', () => {
    const made = planned(meshWith({ u2: settledAt(['A', 'X'], 'a') }), {}, wanted());
    expect(outline(made)).toEqual([`activate u1: ${allThree}`, `activate u2: ${allThree}`]);
    expect(made.phases[0]?.units.map(({ to }) => to)).toEqual([
      { roots: ['A'], signer: 'aa1' },
      { roots: ['A', 'X'], signer: 'aa2' },
    ]);
    expect(made.violations).toEqual([]);
  });

  it('proves first what cannot be read, and writes nothing until then', () => {
    const blind = meshWith({
      u2: (unit) => ({ clusters: unit.clusters.map((cluster) => ({ ...cluster, unreadable: 1 })) }),
    });
    const made = planned(blind, {}, wanted());
    expect(outline(made).slice(0, 2)).toEqual(['distribute u1: nothing', 'distribute u2: nothing']);
    expect(made.phases[0]?.units[1]?.stages).toMatchObject([
      { expect: { roots: ['A'], signer: 'a2' }, proofs: ['synced', 'loaded', 'secondPlane', 'converged'] },
    ]);
    expect(made.violations).toEqual([]);
    const after = plan(blind, wanted(), defaultPolicy, 'distribute');
    expect(after.phases.map(({ name }) => name)).toEqual(['activate']);
    expect(blocking(after)).toEqual([]);
  });
});

function soundB(unit: string): { signer: ReturnType<typeof signer>; certificate: string } {
  const fingerprint = `b${unit.slice(1)}`;
  return { signer: signer(fingerprint), certificate: fingerprint };
}
