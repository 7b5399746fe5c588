import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fromNow, inWords, lifetime } from '../../../cli/render/duration.ts';

it.each([
  [0, '0s'],
  [8, '8s'],
  [210, '3m 30s'],
  [44_400, '12h 20m'],
  [44_405, '12h 20m'],
  [86_400, '1d'],
  [133_440, '1d 13h 4m'],
])('tells %i seconds as %s', (seconds, words) => {
  expect(inWords(seconds)).toBe(words);
});

it('never loses a minute, however long it takes', () => {
  const size = { d: 1440, h: 60, m: 1, s: 0 } as const;
  fc.assert(
    fc.property(fc.integer({ min: 60, max: 10_000_000 }), (seconds) => {
      const minutes = [...inWords(seconds).matchAll(/(\d+)([dhms])/g)].reduce(
        (sum, [, count, unit]) =>
          sum + Number(count) * size[unit === 'd' || unit === 'h' || unit === 'm' ? unit : 's'],
        0,
      );
      expect(minutes).toBe(Math.floor(seconds / 60));
    }),
  );
});

it('counts days to what is far off and minutes to what is near', () => {
  const now = new Date('2026-11-21T00:00:00Z');
  expect(fromNow('2027-01-14T12:00:00Z', now)).toBe('in 54 days');
  expect(fromNow('2026-11-21T11:49:00Z', now)).toBe('in 11h 49m');
  expect(fromNow('2026-11-20T23:57:00Z', now)).toBe('3m ago');
});

it('tells lifetimes as istiod is told them', () => {
  expect([86_400, 5400, 90].map(lifetime)).toEqual(['24h', '90m', '1m 30s']);
});
