import { describe, expect, it } from 'vitest';
import type { Stands } from '../../problems/code.ts';
import { codes, standsAfter } from '../../problems/registry.ts';
import type { Footing } from '../../rotation/footing.ts';
import { knownOf } from '../../rotation/known.ts';
import { type Reliance, relianceOf, untilsOf } from '../../rotation/reliance.ts';
import { safetyIn, safetyOf, safetyWords } from '../../rotation/safety.ts';
import { activating, forbidden, progress } from '../cli/samples.ts';
import { facts } from './model/certificates.ts';
import { meshWith, planned, toB } from './support.ts';

const now = '2026-11-21T13:00:00.000Z';
const day = (notAfter: string): string => notAfter.slice(0, 10);
const soon = facts('a1', '2026-12-01T00:00:00.000Z');
const reliance: Reliance = {
  from: [facts('Root A')],
  to: [facts('Root B')],
  until: soon,
  overridden: [],
};

const by = (stands: Stands) => Object.keys(codes).filter((code) => standsAfter(code) === stands);
const wordsAfter = (signs: Parameters<typeof safetyOf>[1]) =>
  safetyWords(safetyOf(reliance, signs, now), reliance, day);

describe('the safety of a mesh that stands still', () => {
  it('lasts until the first certificate expires that somebody relies on', () => {
    const safe = safetyOf(reliance, [{ code: 'KEY_VAULT_FORBIDDEN' }], now);
    expect(safetyWords(safe, reliance, day)).toBe(
      'The mesh is safe: every cluster trusts what every other signs with, until a1 expires on 2026-12-01.',
    );
  });

  it('has ended with that instant', () => {
    const over = safetyOf(reliance, [], soon.notAfter);
    expect(safetyWords(over, reliance, day)).toBe('The mesh is NOT safe: a1 expired on 2026-12-01.');
  });

  it.each(by('doubts'))('is not claimed where something proven may not hold: %s', (code) => {
    const words = wordsAfter([{ code: 'NOT_CONVERGED' }, { code: 'ROLL_STUCK', cluster: 'weu' }, { code }]);
    expect(words).toContain(`${code}: what was proven may not hold everywhere`);
    expect(words).not.toContain('is safe');
  });

  it('is not claimed of a stop by a code that another version has', () => {
    expect(wordsAfter([{ code: 'OF_TOMORROW' }])).toContain('nothing vouches');
  });

  it.each(by('noRenewal'))('lasts no longer than leaves where these may not be renewed: %s', (code) => {
    const [weu, neu] = [
      { code, cluster: 'weu', longestLeaf: 86_400 },
      { code, cluster: 'neu', longestLeaf: 172_800 },
    ];
    expect(wordsAfter([weu, neu, weu, { code: 'NOT_CONVERGED', cluster: 'seu' }])).toBe(
      'The mesh is safe as long as its leaves live: every cluster trusts what every other signs with, until a1 expires on 2026-12-01; but leaves of weu, neu may not be renewed meanwhile, and live for 48h at most.',
    );
  });

  it.each([
    ['live for 1h at most', 3600],
    ['live for 90m at most', 5400],
    ['live for 1m at most', 60],
    ['live until they expire', undefined],
  ])('says how long leaves live that are not renewed, as far as that was seen: %s', (words, longestLeaf) => {
    const signs = [
      { code: 'ROLL_STUCK', cluster: 'weu', longestLeaf: 60 },
      { code: 'ROLL_STUCK', cluster: 'neu', longestLeaf },
      { code: 'KEY_VAULT_FORBIDDEN', cluster: 'seu', longestLeaf: 1_000_000 },
    ];
    expect(wordsAfter(signs)).toContain(words);
  });

  it('names a few of many clusters, and none where it is not known which they are', () => {
    const many = ['a', 'b', 'c', 'd', 'e'].map((cluster) => ({ code: 'ROLL_STUCK', cluster }));
    expect(wordsAfter(many)).toContain('but leaves of a, b, c and 2 more clusters may not be renewed');
    expect(wordsAfter([{ code: 'ROLL_STUCK' }])).toContain('but leaves may not be renewed');
  });

  it('is not claimed while leaves live below a root that nobody is known to trust', () => {
    expect(safetyOf(reliance, [{ code: 'FOREIGN_ROOT_IN_USE' }], now).verdict).toBe('doubted');
  });

  it('is not claimed where an invariant was overridden', () => {
    const overridden = { ...reliance, overridden: ['ROOT_IN_USE'] };
    expect(safetyWords(safetyOf(overridden, [], now), overridden, day)).toContain('nothing vouches');
  });

  describe('after a write that has failed and may have been carried out', () => {
    const stands = { trusts: ['Root A'], signs: 'old' } as const;
    const underWay = { trusts: ['Root A', 'Root B'], signs: 'old' } as const;
    const code = 'KEY_VAULT_FORBIDDEN';
    const at = (cluster: string, footing: Footing) => ({ code, cluster, footing });

    it('is that of both states between which it has left the cluster', () => {
      const either = { ...stands, underWay, set: 'either' } as const;
      expect(wordsAfter([at('weu', either)])).toBe(
        'The mesh is safe, whichever of its two states weu is in: every cluster trusts what every other signs with, until a1 expires on 2026-12-01.',
      );
      expect(wordsAfter(['weu', 'neu'].map((cluster) => at(cluster, either)))).toContain(
        'safe, whichever of their two states 2 clusters are in:',
      );
    });

    it('is not told of one that leaves trust and signer as they are, nor of one that is known to be carried out', () => {
      const plain = wordsAfter([{ code }]);
      expect(wordsAfter([at('weu', { ...stands, set: 'either' })])).toBe(plain);
      expect(wordsAfter([at('weu', { ...stands, underWay })])).toBe(plain);
    });

    it.each([{ underWay }, {}])('lasts no longer than leaves where a set may be torn: %j', (more) => {
      const words = wordsAfter([at('weu', { ...stands, ...more, set: 'unsure' })]);
      expect(words).toContain('is safe as long as its leaves live');
      expect(words).toContain('but leaves of weu may not be renewed meanwhile');
    });

    it('is no other in the state of a rotation than of its stops', () => {
      const footing = { ...stands, underWay, set: 'either' } as const;
      const state = progress({
        phases: [activating({ state: 'stopped', stopped: { ...forbidden, footing } })],
      });
      expect(safetyIn(state, relianceOf(state), now)).toMatchObject({
        verdict: 'safe',
        either: ['aks-eus-1'],
      });
    });

    it('is not claimed where that cannot be, whichever it is', () => {
      const either = { ...at('weu', { ...stands, underWay, set: 'either' }), code: 'TORN_CHAIN' };
      expect(wordsAfter([either])).toContain('nothing vouches');
    });
  });

  it('is as before where nothing was begun', () => {
    const state = progress({ phases: [{ ...activating(), startedAt: undefined }], stopped: forbidden });
    expect(safetyIn(state, relianceOf(state), now)).toEqual({ verdict: 'untouched' });
  });
});

describe('a way back that stands still before its first phase', () => {
  const back = { phases: [], rollsBack: 'r-00000000', state: 'stopped' } as const;

  it('does not pass for a mesh that nobody has written to', () => {
    const state = progress({ ...back, stopped: forbidden });
    const words = safetyWords(safetyIn(state, relianceOf(state), now), relianceOf(state), day);
    expect(words).toContain('stands where the rotation that it leads back was brought to rest');
    expect(words).not.toContain('as it was');
    expect(words).not.toContain('is safe');
  });

  it('says what is in doubt', () => {
    const state = progress({ ...back, stopped: { ...forbidden, code: 'TORN_CHAIN' } });
    expect(safetyIn(state, relianceOf(state), now)).toEqual({ verdict: 'doubted', codes: ['TORN_CHAIN'] });
  });
});

describe('what a mesh relies on', () => {
  const expiring = (expiry: Readonly<Record<string, string>>) => {
    const mesh = meshWith();
    const wanted = toB();
    const known = knownOf(mesh, wanted);
    const all = new Map(
      [...known.facts].map(([name, fact]) => [name, { ...fact, notAfter: expiry[name] ?? fact.notAfter }]),
    );
    const untils = untilsOf(planned(mesh), { ...known, facts: all });
    return Object.fromEntries(Object.entries(untils).map(([phase, { fingerprint }]) => [phase, fingerprint]));
  };

  it('is the signer of every unit and its root, the old ones until no unit signs with them', () => {
    expect(expiring({ a2: '2027-01-01T00:00:00.000Z', b1: '2028-01-01T00:00:00.000Z' })).toEqual({
      distribute: 'a2',
      activate: 'a2',
      revoke: 'b1',
    });
  });

  it('is not a new CA that signs nothing yet', () => {
    expect(expiring({ A: '2029-01-01T00:00:00.000Z', B: '2028-01-01T00:00:00.000Z' })).toEqual({
      distribute: 'A',
      activate: 'B',
      revoke: 'B',
    });
  });
});
