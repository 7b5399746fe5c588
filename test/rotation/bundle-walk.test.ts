import { describe, expect, it } from 'vitest';
import { grow, shrink, strictestRule, takes } from '../../rotation/bundle-walk.ts';

describe('strictestRule', () => {
  it('compares sets where every istiod is 1.30 or later', () => {
    expect(strictestRule(['1.30.3', 'v1.31.0', '2.0.0'])).toBe('set');
  });

  it('wants one bundle within the other where one istiod is older or unknown', () => {
    expect(strictestRule(['1.30.3', '1.29.9'])).toBe('contiguous');
    expect(strictestRule(['1.30.3', 'latest'])).toBe('contiguous');
  });
});

describe('takes', () => {
  it('knows no direction', () => {
    expect(takes('contiguous', ['A'], ['A', 'B'])).toBe(true);
    expect(takes('contiguous', ['A', 'B'], ['B'])).toBe(true);
  });

  it('refuses a bundle with a hole where order counts', () => {
    expect(takes('contiguous', ['A', 'X', 'B'], ['A', 'B'])).toBe(false);
    expect(takes('set', ['A', 'X', 'B'], ['B', 'A'])).toBe(true);
  });

  it('refuses to go from one root to another at once', () => {
    expect(takes('set', ['A'], ['B'])).toBe(false);
    expect(takes('set', ['A', 'X'], ['A', 'B'])).toBe(false);
  });
});

describe('grow', () => {
  it('appends what is missing and keeps the order of what is there', () => {
    expect(grow('contiguous', ['X', 'A'], [['X', 'A']], ['B', 'A'])).toEqual(['X', 'A', 'B']);
  });

  it('leaves a bundle alone that holds all, duplicates and order as they are', () => {
    const own = ['B', 'A', 'A'];
    expect(grow('contiguous', own, [['A', 'A']], ['A', 'B'])).toBe(own);
  });

  it('holds what istiods serve where they would refuse the source as it is', () => {
    expect(grow('contiguous', ['B'], [['A']], ['B'])).toEqual(['B', 'A']);
    expect(grow('set', ['A', 'B'], [['A', 'X']], ['B'])).toEqual(['A', 'B', 'X']);
  });

  it('holds both orders where an old istiod serves another than the source has', () => {
    const grown = grow('contiguous', ['A', 'B'], [['B', 'A']], ['A', 'B']);
    expect(takes('contiguous', ['A', 'B'], grown) && takes('contiguous', ['B', 'A'], grown)).toBe(true);
  });
});

describe('shrink', () => {
  it('cuts at an end at once', () => {
    expect(shrink('contiguous', ['A', 'B'], { wanted: ['B'], exact: false }, [['A', 'B']])).toEqual({
      repeated: undefined,
      final: ['B'],
    });
  });

  it('keeps a run in the order of the bundle', () => {
    const { repeated, final } = shrink(
      'contiguous',
      ['X', 'B', 'A'],
      { wanted: ['A', 'B'], exact: false },
      [],
    );
    expect([repeated, final]).toEqual([undefined, ['B', 'A']]);
  });

  it('repeats what stays at the end where it does not stand together', () => {
    expect(shrink('contiguous', ['A', 'X', 'B'], { wanted: ['A', 'B'], exact: false }, [])).toEqual({
      repeated: ['A', 'X', 'B', 'A', 'B'],
      final: ['A', 'B'],
    });
  });

  it('needs no repetition where sets are compared', () => {
    expect(shrink('set', ['A', 'X', 'B'], { wanted: ['B', 'A'], exact: false }, [])).toEqual({
      repeated: undefined,
      final: ['B', 'A'],
    });
  });

  it('has a repetition loaded first that was written and not loaded', () => {
    const repeated = ['A', 'X', 'B', 'B', 'A'];
    expect(shrink('contiguous', repeated, { wanted: ['B', 'A'], exact: false }, [['A', 'X', 'B']])).toEqual({
      repeated,
      final: ['B', 'A'],
    });
  });

  it('keeps the order and the duplicates of a bundle that is wanted to the byte', () => {
    expect(shrink('contiguous', ['B', 'A'], { wanted: ['A', 'A'], exact: true }, [['B', 'A']])).toEqual({
      repeated: ['B', 'A', 'A', 'A'],
      final: ['A', 'A'],
    });
    expect(shrink('set', ['B', 'A'], { wanted: ['A', 'A'], exact: true }, []).final).toEqual(['A', 'A']);
  });
});
