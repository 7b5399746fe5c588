import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { provenAt, type Loaded } from '../../rotation/proven-by-time.ts';

const hour = 3600;
const since = '2026-11-21T00:00:00.000Z';
const loaded: Loaded = { since, longestLeaf: 90 * 24 * hour, clockSkew: 600 };
const seconds = (at: string) => (Date.parse(at) - Date.parse(since)) / 1000;
const old = { createdAt: new Date('2026-01-01T00:00:00Z'), longestTtl: 24 * hour, replaced: false };

describe('a proxy that cannot be read', () => {
  it('is proven when every leaf that it may have from before has expired, clocks that are off included', () => {
    expect(seconds(provenAt(old, loaded))).toBe(24 * hour + 600);
    expect(seconds(provenAt({ ...old, longestTtl: 48 * hour }, loaded))).toBe(48 * hour + 600);
    expect(seconds(provenAt({ ...old, longestTtl: undefined }, loaded))).toBe(90 * 24 * hour + 600);
  });

  it('is proven at once where it is younger than the state, or exists only for the stage', () => {
    const younger = { ...old, createdAt: new Date(Date.parse(since) + 601_000) };
    expect(provenAt(younger, loaded)).toBe(since);
    expect(provenAt({ ...old, replaced: true }, loaded)).toBe(since);
    const justSo = { ...old, createdAt: new Date(Date.parse(since) + 600_000) };
    expect(seconds(provenAt(justSo, loaded))).toBe(24 * hour + 600);
    expect(seconds(provenAt({ ...old, createdAt: undefined }, loaded))).toBe(24 * hour + 600);
  });

  // Times in seconds by a true clock, on which the state is loaded at 0 and the worker's own clock is right.
  it('never holds a leaf from before that a peer takes, from the instant on that proves it', () => {
    const life = fc.record({
      created: fc.integer({ min: -40 * 24 * hour, max: hour }),
      ttl: fc.integer({ min: 60, max: 96 * hour }),
      /** Seconds between two renewals; those that fail are longer apart. */
      every: fc.integer({ min: 30, max: 96 * hour }),
      skew: fc.integer({ min: 0, max: 600 }),
      istiodAhead: fc.double({ min: 0, max: 1, noNaN: true }),
      fast: fc.boolean(),
    });
    fc.assert(
      fc.property(life, ({ created, ttl, every, skew, istiodAhead, fast }) => {
        const [ahead, behind] = [skew * istiodAhead, skew * (1 - istiodAhead)];
        const seen = created + (fast ? skew : -skew);
        const at = (second: number) => new Date(Date.parse(since) + second * 1000);
        const pod = { createdAt: at(seen), longestTtl: ttl, replaced: false };
        const proven = seconds(provenAt(pod, { ...loaded, clockSkew: skew }));
        fc.pre(created < 0);
        const lastOld = created + Math.floor((-created - 1) / every) * every;
        expect(proven).toBeGreaterThanOrEqual(lastOld + ttl + ahead + behind);
      }),
    );
  });
});
