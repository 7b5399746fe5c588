import { describe, expect, it } from 'vitest';
import { foreignAct, foreignToTurned } from '../../rotation/barrier.ts';
import type { ObservedMesh } from '../../rotation/observed.ts';
import { blocking } from '../../rotation/planner.ts';
import type { PlanPolicy, ReadCa } from '../../rotation/wanted.ts';
import { facts, signer } from './model/certificates.ts';
import { defaultPolicy } from './model/observe.ts';
import { both, codes, meshWith, planned, settledAt, source, toB, type Change } from './support.ts';

const [ended] = planned(meshWith()).phases;

/** After distribute, with what others have changed since. */
function after(changes: Readonly<Record<string, Change>>): ObservedMesh {
  const done = settledAt(['A', 'B'], 'a');
  return meshWith({
    u1: both(done, changes['u1'] ?? (() => ({}))),
    u2: both(done, changes['u2'] ?? (() => ({}))),
  });
}

function actIn(mesh: ObservedMesh, policy: Partial<PlanPolicy> = {}) {
  if (ended === undefined) throw new Error('the plan has no phase');
  const former = [{ ...facts('a2'), subject: 'CN=Former A2' }];
  return foreignAct({ mesh, ended, wanted: toB(), policy: { ...defaultPolicy, ...policy }, former });
}

const leafBelow =
  (root: string): Change =>
  ({ clusters }) => ({
    clusters: clusters.map((cluster) => ({
      ...cluster,
      leaves: [{ signer: root, root, count: 3, latestNotAfter: '2099-01-01T00:00:00.000Z' }],
    })),
  });

describe('after a phase', () => {
  it('there is nothing foreign in a mesh that is as the phase has proven it', () => {
    expect(actIn(after({}))).toBeUndefined();
  });

  it('a source that holds anything else is named, with every other one', () => {
    const change = source({ roots: ['A', 'B', 'X'] });
    expect(actIn(after({ u1: change, u2: change }))).toMatchObject({
      code: 'SOURCE_CHANGED_BY_OTHER',
      object: 'the CA source of u1, after distribute',
      found: expect.stringContaining('; likewise that of u2') as string,
    });
  });

  it('the hint names vault and secrets where they are known', () => {
    const place = { vault: 'kv-a', objects: { root: 'r', cert: 'c', key: 'k', chain: 'ch' } };
    const act = actIn(after({ u2: source({ signer: undefined, place }) }));
    expect(act?.hint).toContain(
      'az keyvault secret list-versions --vault-name kv-a --name c, and likewise k;',
    );
  });

  it('a former intermediate that nobody serves any more is told by its name', () => {
    const taken: Change = (unit) => ({
      ...source({ signer: signer('x2') })(unit),
      certificates: unit.certificates.filter(({ fingerprint }) => fingerprint !== 'a2'),
    });
    expect(actIn(after({ u2: taken }))).toMatchObject({ expected: 'signer Former A2', found: 'signer x2' });
  });

  it('the order of the roots is what was proven as well', () => {
    expect(actIn(after({ u2: source({ roots: ['B', 'A'] }) }))?.code).toBe('SOURCE_CHANGED_BY_OTHER');
  });

  it('a root in use that no unit had or is to get is named with who is below it', () => {
    expect(actIn(after({ u2: leafBelow('X') }))).toMatchObject({
      code: 'FOREIGN_ROOT_IN_USE',
      found: expect.stringMatching(/^3 live leaves in \S+ below X$/) as string,
    });
  });

  it('a root that must come back nowhere is brought nowhere, and is no reason to stop', () => {
    expect(actIn(after({ u2: leafBelow('X') }), { compromised: ['X'] })).toBeUndefined();
  });
});

describe('before the first plan of a rotation that has turned back', () => {
  const roots = ['A', 'B'];
  const actOn = (
    changes: Readonly<Record<string, Change>>,
    had: NonNullable<ReadCa['had']> = { u1: ['a1', 'b1'], u2: ['a2', 'b2'] },
  ) => foreignToTurned(after(changes), { ...toB(), had }, roots);
  const signedBy = (certificate: string) => source({ certificate });

  it('there is nothing foreign in sources that hold what it found or wrote', () => {
    expect(actOn({})).toBeUndefined();
    expect(actOn({ u1: signedBy('b1') })).toBeUndefined();
  });

  it('an intermediate of somebody else is named with every other one, though its root is its own', () => {
    expect(actOn({ u1: signedBy('x'), u2: signedBy('x') })).toMatchObject({
      code: 'SOURCE_CHANGED_BY_OTHER',
      object: 'the CA source of u1, on the way back',
      expected: 'signer a1 or b1',
      found: 'signer x; likewise that of u2',
      hint: expect.stringContaining('likewise key, chain') as string,
    });
  });

  it('one that is to stay is no reason to stop, nor is one where what is its own is not known', () => {
    expect(actOn({ u1: signedBy('b1') }, { u1: ['a1'] })).toBeUndefined();
    expect(actOn({ u1: signedBy('x') }, {})).toBeUndefined();
  });

  it('nothing is foreign to one that turned before it had a plan', () => {
    expect(foreignToTurned(after({ u1: signedBy('x') }), toB(), [])).toBeUndefined();
  });

  it('a root of somebody else is named', () => {
    expect(actOn({ u2: source({ roots: ['A', 'B', 'X'] }) })).toMatchObject({
      object: 'the CA source of u2, on the way back',
    });
  });
});

describe('the plan of a way back from a rotation that has ended', () => {
  const signers = { u1: signer('a3'), u2: signer('a4') };
  const earlier = { kind: 'intermediate', roots: [], signers, certificates: [] } as const;

  it('is forbidden where it would replace an intermediate of somebody else, unless a reason says otherwise', () => {
    const wanted = { ...earlier, had: { u1: ['a1', 'a3'], u2: ['a4'] } };
    expect(codes(planned(meshWith(), {}, wanted))).toEqual(['SOURCE_CHANGED_BY_OTHER u2']);
    const overrides = [{ invariant: 'SOURCE_CHANGED_BY_OTHER', reason: 'drill' }];
    expect(blocking(planned(meshWith(), { overrides }, wanted))).toEqual([]);
    expect(codes(planned(meshWith(), {}, earlier))).toEqual([]);
  });
});
