import { describe, expect, it } from 'vitest';
import type { Footing } from '../../rotation/footing.ts';
import { footingWords } from '../../rotation/footing-words.ts';
import { facts } from './model/certificates.ts';

const roots = { from: [facts('Root A')], to: [facts('Root B')] };
const back = { from: roots.to, to: roots.from };

describe('the words for a footing', () => {
  const stands: Footing = {
    trusts: ['Root A', 'Root B'],
    signs: 'old',
    underWay: { trusts: ['Root A', 'Root B'], signs: 'new' },
  };
  const words = (footing: Footing, kind: 'root' | 'intermediate' = 'root', code = 'NOT_CONVERGED') =>
    footingWords({ footing, codes: [code] }, { ...roots, kind, back: false });

  it('name the roots as short as they can be told apart, and only what a write changes', () => {
    expect(words(stands)).toBe('trusts A B and signs with A; under way: signs with B');
    expect(words({ trusts: ['Root B'], signs: 'new' })).toBe('trusts B and signs with B');
  });

  it('name intermediates by which replaces which', () => {
    expect(words({ trusts: ['Root A'], signs: 'old' }, 'intermediate')).toBe(
      'trusts A and signs with the intermediate that is being replaced',
    );
  });

  it('promise nothing of what is in doubt', () => {
    expect(words({ trusts: ['Root B'], signs: 'new' }, 'root', 'ISTIOD_REGRESSED')).toBe(
      'as proven last: trusts B and signs with B',
    );
  });

  describe('after a write that has failed and may have been carried out', () => {
    const both = ['Root A', 'Root B'];

    it('name both states between which it has left the cluster', () => {
      const adding = { trusts: both, signs: 'old' } as const;
      expect(words({ trusts: ['Root A'], signs: 'old', underWay: adding, set: 'either' })).toBe(
        'trusts A and signs with A (S0), or trusts A B already (S1): its last write failed, and may have been carried out',
      );
      const dropping = { trusts: ['Root B'], signs: 'new' } as const;
      expect(words({ trusts: both, signs: 'new', underWay: dropping, set: 'either' })).toContain(
        'trusts A B and signs with B (S2), or trusts B already (S3): ',
      );
    });

    it('name a part of it, too, where it may have torn the set', () => {
      expect(words({ ...stands, set: 'unsure' })).toBe(
        'trusts A B and signs with A (S1), or signs with B already (S2): its CA set may be written, also in part',
      );
    });

    it('name the one state where the write changes neither trust nor signer', () => {
      expect(words({ trusts: both, signs: 'old', set: 'either' })).toBe(
        'trusts A B and signs with A (S1): its last write failed, and may have been carried out',
      );
    });

    it('name the states as the rotation does that is led back', () => {
      const footing = { trusts: both, signs: 'new', underWay: { trusts: ['Root A'], signs: 'new' } } as const;
      const told = footingWords(
        { footing: { ...footing, set: 'either' }, codes: [] },
        { ...back, kind: 'root', back: true },
      );
      expect(told).toContain('trusts A B and signs with A (S1), or trusts A already (S0): ');
    });

    it('name no state where two have one name, as in a mesh that was found half-way', () => {
      const footing = { trusts: ['Root A'], signs: 'old', underWay: { trusts: both, signs: 'old' } } as const;
      const told = footingWords(
        { footing: { ...footing, set: 'either' }, codes: [] },
        { from: [...roots.from, ...roots.to], to: roots.to, kind: 'root', back: false },
      );
      expect(told).toContain('trusts A and signs with A, or trusts A B already: ');
    });
  });
});
