import { describe, expect, it } from 'vitest';
import { awaited, convergedLine } from '../../workflows/census-words.ts';

const census = {
  ...{ at: '', total: 4, converged: 4, laggards: [] },
  ...{ nextRenewal: undefined, lastRenewal: undefined },
};
const instants = { next: '2026-11-22T00:10:00.000Z', last: '2026-11-22T00:10:00.000Z' };

describe('a census in words', () => {
  it('tells what is proven by time and what has not started apart', () => {
    expect(convergedLine({ ...census, total: 1, converged: 1, notStarted: 0 })).toBe('1 proxy converged');
    const provenByTime = { count: 1, pods: ['shop/mute-0'] };
    expect(convergedLine({ ...census, provenByTime, notStarted: 2 })).toBe(
      '4 proxies converged, 1 proven by time (shop/mute-0), 2 not started',
    );
  });

  it('names what renews, and what cannot be read', () => {
    const unread = { ...instants, count: 3, pods: ['shop/a', 'shop/b', 'shop/c'] };
    expect(awaited({ ...census, converged: 3 })).toBe('1 leaf to renew');
    expect(awaited({ ...census, converged: 1, unread })).toBe(
      'shop/a, shop/b and 1 more, which cannot be read, to be proven by time',
    );
    expect(awaited({ ...census, total: 6, converged: 1, unread: { ...unread, count: 1 } })).toMatch(
      /^4 leaves to renew, and shop\/a/,
    );
  });
});
