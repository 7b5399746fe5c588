import { expect, test } from 'vitest';
import { Coverage } from '../../../sim/prober/coverage.ts';
import { Tally } from '../../../sim/prober/stats.ts';

const own = (name: string): string => name;

test('picks every pair once before any twice', () => {
  const coverage = new Coverage();
  const pairs = ['a → a', 'a → b', 'b → a', 'b → b'];
  const picked = Array.from({ length: 8 }, (_, turn) => {
    const pair = coverage.pickLeast(pairs, own, () => ((turn * 7) % 10) / 10) ?? '';
    coverage.tried(pair);
    return pair;
  });
  expect(new Set(picked.slice(0, 4))).toEqual(new Set(pairs));
  expect(new Set(picked.slice(4))).toEqual(new Set(pairs));
});

test('picks nothing where there is nothing', () => {
  expect(new Coverage().pickLeast([], own, () => 0)).toBeUndefined();
});

const attempt = { pair: 'a → b', from: 'a', to: 'b' };

test('counts a pair as covered once a handshake of it was accepted', () => {
  const tally = new Tally();
  tally.coverage.tried('a → b');
  tally.add({ ...attempt, outcome: { ok: false, reason: 'ECONNRESET' }, stillReady: false });
  expect(tally.counts().pairs).toEqual({ covered: 0, total: 1 });
  tally.add({ ...attempt, outcome: { ok: true }, stillReady: true });
  expect(tally.counts().pairs).toEqual({ covered: 1, total: 1 });
});

test('counts apart what broke off because a pod was about to end', () => {
  const tally = new Tally();
  tally.add({ ...attempt, outcome: { ok: false, reason: 'ECONNRESET' }, stillReady: false });
  tally.add({ ...attempt, outcome: { ok: false, reason: 'CERT_HAS_EXPIRED' }, stillReady: true });
  expect(tally.counts()).toMatchObject({
    attempted: 2,
    failed: 1,
    terminating: 1,
    byReason: { CERT_HAS_EXPIRED: 1 },
  });
  expect(tally.failures).toMatchObject([{ from: 'a', to: 'b', reason: 'CERT_HAS_EXPIRED' }]);
});
