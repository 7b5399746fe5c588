import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changes } from '../../rotation/invariants-source.ts';
import type { ObservedUnit } from '../../rotation/observed.ts';
import type { PhaseName, Stage, StageName } from '../../rotation/plan.ts';
import { standingAgainst, type BeforeWrite } from '../../rotation/standing-against.ts';
import { meshOf, meshShape } from './model/arbitrary.ts';
import { facts } from './model/certificates.ts';
import { Dice } from './model/dice.ts';
import { defaultPolicy, now, observeUnit, wantedRoots } from './model/observe.ts';
import { rotate } from './model/rotate.ts';
import { both, meshWith, planned, settledAt, silent, source, stageOf, toB, type Change } from './support.ts';

const s0: Change = () => ({});
const s1 = settledAt(['A', 'B'], 'a');
const s2 = settledAt(['A', 'B'], 'b');

function planOf(phase: PhaseName, name: StageName, policy: Partial<BeforeWrite['policy']> = {}): Stage {
  const stage = stageOf(planned(meshWith(), policy), phase, 'u1', name);
  if (stage === undefined) throw new Error(`no ${name} in ${phase}`);
  return stage;
}

const distribute = planOf('distribute', 'add-roots');
const signer = planOf('activate', 'signer');
const trim = planOf('activate', 'trim-chain');
const drop = planOf('revoke', 'drop-roots');

function unitAt(change: Change): ObservedUnit {
  const [unit] = meshWith({ u1: change }).units;
  if (unit === undefined) throw new Error('no unit');
  return unit;
}

function against(stage: Stage, change: Change, other: Partial<BeforeWrite> = {}): readonly string[] {
  const before = { unit: unitAt(change), stage, wanted: toB(), policy: defaultPolicy };
  return standingAgainst({ ...before, leases: ['r-1'], at: now, ...other }).map(({ code }) => code);
}

const longChain = (at: Change): Change => both(at, (unit) => source({ chain: ['a1', 'b1'] })(unit));

/** Somebody's proxies, in the unit itself. */
const proxies = (change: Partial<ObservedUnit['clusters'][number]>): Change => {
  return (unit) => ({ clusters: unit.clusters.map((cluster) => ({ ...cluster, ...change })) });
};

describe('what stands against a write right before it', () => {
  it('is nothing where all is as planned', () => {
    expect(against(distribute, s0)).toEqual([]);
    expect(against(signer, longChain(s1))).toEqual([]);
    expect(against(trim, longChain(s2))).toEqual([]);
    expect(against(drop, s2)).toEqual([]);
  });

  it('is a needed root that the bundle has lost', () => {
    const lost = both(longChain(s1), source({ roots: ['A'] }));
    expect(against(signer, lost)).toContain('SIGNER_NOT_TRUSTED');
  });

  it('is a proxy, a namespace or an istiod that trusts the root no more', () => {
    const lacking = { roots: ['A'], count: 1 };
    const behind: readonly Change[] = [
      proxies({ trust: [lacking] }),
      proxies({ secondPlane: [lacking] }),
      (unit) => ({
        istiods: unit.istiods.map((each) => ({ ...each, serves: { roots: ['A'], signer: 'a1' } })),
      }),
    ];
    for (const change of behind) {
      expect(against(signer, both(longChain(s1), change))).toEqual(['SIGNER_NOT_TRUSTED']);
    }
  });

  it('is a live leaf below the root that is dropped', () => {
    const leaf = { signer: 'a1', root: 'A', count: 1, latestNotAfter: '2026-12-02T00:00:00.000Z' };
    expect(against(drop, both(s2, proxies({ leaves: [leaf] })))).toEqual(['ROOT_IN_USE']);
  });

  it('is an istiod that signs with what the trimmed chain lacks', () => {
    const again: Change = (unit) => ({ istiods: s1(unit).istiods ?? [] });
    expect(against(trim, both(longChain(s2), again))).toEqual(['TORN_CHAIN']);
  });

  it('is a source whose versions cannot be read back, unless it holds what is wanted', () => {
    const gone = source({ restorable: false });
    expect(against(signer, both(longChain(s1), gone))).toEqual(['NOT_RESTORABLE']);
    expect(against(signer, both(longChain(s2), gone))).toEqual([]);
  });

  it('is a root that has expired since, or that is marked compromised', () => {
    const wanted = { ...toB(), certificates: [facts('B', '2026-11-30T00:00:00.000Z'), facts('b1')] };
    expect(against(distribute, s0, { wanted })).toContain('ROOT_COMPROMISED');
    expect(against(signer, longChain(s1), { wanted })).toContain('EXPIRES_BEFORE_END');
    const policy = { ...defaultPolicy, compromised: ['B'] };
    expect(against(distribute, s0, { policy })).toEqual(['ROOT_COMPROMISED']);
    expect(against(signer, longChain(s1), { policy })).toEqual(['ROOT_COMPROMISED']);
  });

  it('is not the end of what the rotation leads away from', () => {
    const old: Change = (unit) => ({
      certificates: [...unit.certificates, facts('A', '2026-11-30T00:00:00.000Z')],
    });
    expect(against(signer, both(longChain(s1), old))).toEqual([]);
    expect(against(drop, both(s2, old))).toEqual([]);
  });

  it('is not a rotation that merely takes longer than it was expected to', () => {
    const wanted = { ...toB(), certificates: [facts('B', '2026-12-01T12:00:00.000Z'), facts('b1')] };
    expect(against(drop, s2, { wanted })).toEqual([]);
  });

  it('is the lease of another rotation, and not its own', () => {
    expect(against(distribute, source({ heldBy: 'r-2' }))).toEqual(['HELD_BY_OTHER_ROTATION']);
    expect(against(distribute, source({ heldBy: 'r-1' }))).toEqual([]);
  });

  it('is not silence: the plan or the phase before has proven it', () => {
    expect(against(signer, both(longChain(s1), both(silent, proxies({ unreadable: 3 }))))).toEqual([]);
  });

  it('is nothing against a write that was cut off between its objects', () => {
    // The key is there and the certificate is not; then both are, and no istiod has loaded them.
    const keyOnly = both(longChain(s1), source({ signer: undefined, certificate: 'a1' }));
    const written = both(s2, (unit) => ({ istiods: s1(unit).istiods ?? [] }));
    expect(against(signer, keyOnly)).toEqual([]);
    expect(against(signer, longChain(written))).toEqual([]);
  });

  it('is not what the policy overrides', () => {
    const overrides = [{ invariant: 'TORN_CHAIN', reason: 'drill' }];
    const afterKey = { ...defaultPolicy, chain: 'afterKey' as const };
    const bare = planOf('activate', 'signer', afterKey);
    const last = planOf('activate', 'trim-chain', afterKey);
    const torn = both(s1, source({ signer: { fingerprint: 'b1', root: 'B', chain: ['a1'] } }));
    expect(against(bare, s1, { policy: afterKey })).toEqual(['TORN_CHAIN']);
    expect(against(bare, s1, { policy: { ...afterKey, overrides } })).toEqual([]);
    expect(against(last, torn, { policy: { ...afterKey, overrides } })).toEqual([]);
  });
});

/** What somebody did to the unit while its step was under way, and the codes that tell of it. */
const planted: readonly (readonly [string, Change, Partial<BeforeWrite>])[] = [
  ['NOT_RESTORABLE', source({ restorable: false }), {}],
  ['HELD_BY_OTHER_ROTATION', source({ heldBy: 'r-2' }), {}],
  ['SIGNER_NOT_TRUSTED', source({ roots: ['A'] }), {}],
  ['SIGNER_NOT_TRUSTED', proxies({ trust: [{ roots: ['A'], count: 1 }] }), {}],
  ['ROOT_COMPROMISED', s0, { policy: { ...defaultPolicy, compromised: ['B'] } }],
  ['ROOT_COMPROMISED', s0, { at: '2041-01-01T00:00:00.000Z' }],
];

/** Whether a stage has anything to lose by a change: only a new signer needs trust, only what is new comes back. */
function concerns(code: string, unit: ObservedUnit, { write }: Stage): boolean {
  const signs = write.signer === 'b1' && !unit.istiods.some(({ serves }) => serves?.signer === 'b1');
  if (code === 'SIGNER_NOT_TRUSTED') return signs;
  const brings = write.roots?.includes('B') === true && !unit.source.roots.includes('B');
  return code !== 'ROOT_COMPROMISED' || signs || brings;
}

describe('what stands against a write, in random walks', () => {
  it('is every planted change that the write has to fear', () => {
    const met = new Set<string>();
    fc.assert(
      fc.property(meshShape, fc.integer(), (shape, seed) => {
        const mesh = meshOf(shape);
        const wanted = wantedRoots(mesh, ['B']);
        const ask = (model: Parameters<typeof observeUnit>[0], stage: Stage): void => {
          const unit = observeUnit(model);
          if (unit.unit !== 'u1' || !changes({ unit, write: stage.write })) return;
          const before = { unit, stage, wanted, policy: defaultPolicy, leases: ['r-1'], at: now };
          expect(standingAgainst(before)).toEqual([]);
          for (const [code, change, other] of planted) {
            if (!concerns(code, unit, stage)) continue;
            const spoilt = { ...before, unit: { ...unit, ...change(unit) }, ...other };
            const said = standingAgainst(spoilt).map((each) => each.code);
            if (unit.clusters.every((cluster) => cluster.proxies === 0) && change(unit).clusters) continue;
            expect(said).toContain(code);
            met.add(`${code} ${stage.name}`);
          }
        };
        rotate(mesh, wanted, new Dice(seed), { ask });
      }),
      { numRuns: 60 },
    );
    expect([...met]).toEqual(
      expect.arrayContaining([
        'NOT_RESTORABLE add-roots',
        'HELD_BY_OTHER_ROTATION chain-of-both',
        'SIGNER_NOT_TRUSTED signer',
        'ROOT_COMPROMISED signer',
        'NOT_RESTORABLE trim-chain',
        'HELD_BY_OTHER_ROTATION drop-roots',
      ]),
    );
  });
});
