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

test('counts a pair that there was and whose turn never came', () => {
  const coverage = new Coverage();
  for (const pair of ['a → a', 'a → b']) coverage.possible(pair);
  coverage.tried('a → a');
  coverage.accepted('a → a');
  coverage.possible('a → a');
  expect(['a → a', 'a → b'].map((pair) => coverage.hasTried(pair))).toEqual([true, false]);
  expect(coverage.counts).toEqual({ covered: 1, total: 2 });
});

const attempt = { pair: 'a → b', from: 'a', to: 'b' };

test('has not tried a pair one of whose sides was about to end', () => {
  const tally = new Tally();
  tally.coverage.tried('a → b');
  tally.add({ ...attempt, outcome: { ok: false, reason: 'ECONNRESET' }, stillReady: false });
  expect(tally.coverage.hasTried('a → b')).toBe(false);
  tally.coverage.tried('a → b');
  tally.add({ ...attempt, outcome: { ok: false, reason: 'ECONNRESET' }, stillReady: true });
  expect(tally.coverage.hasTried('a → b')).toBe(true);
});

test('counts no pair that was cut off after the phase in which it was tried', () => {
  const tally = new Tally();
  tally.add({ ...attempt, outcome: { ok: false, reason: 'ECONNRESET' }, stillReady: false });
  expect(tally.counts().pairs).toEqual({ covered: 0, total: 0 });
});

test('counts a pair as covered once a handshake of it was accepted', () => {
  const tally = new Tally();
  tally.coverage.tried('a → b');
  tally.add({ ...attempt, outcome: { ok: false, reason: 'ECONNRESET' }, stillReady: false });
  expect(tally.counts().pairs).toEqual({ covered: 0, total: 1 });
  tally.add({ ...attempt, outcome: { ok: true }, stillReady: true });
  expect(tally.counts().pairs).toEqual({ covered: 1, total: 1 });
});

const cut = ['ECONNRESET', 'ECONNREFUSED', 'CLOSED_WITHOUT_AN_ANSWER', 'NOT_LISTENING'];
const refused = ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'CERT_HAS_EXPIRED', 'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA'];

test.each(cut)('counts %s apart where a pod was about to end, and as a failure where none was', (reason) => {
  const tally = new Tally();
  tally.add({ ...attempt, outcome: { ok: false, reason }, stillReady: false });
  expect(tally.counts()).toMatchObject({ attempted: 1, failed: 0, terminating: 1, byReason: {} });
  tally.add({ ...attempt, outcome: { ok: false, reason }, stillReady: true });
  expect(tally.counts()).toMatchObject({ attempted: 2, failed: 1, terminating: 1 });
});

test.each(refused)('counts %s as a failure, whatever becomes of the pods', (reason) => {
  const tally = new Tally();
  for (const stillReady of [false, true]) {
    tally.add({ ...attempt, outcome: { ok: false, reason }, stillReady });
  }
  expect(tally.counts()).toMatchObject({ failed: 2, terminating: 0, byReason: { [reason]: 2 } });
  expect(tally.failures).toMatchObject([
    { from: 'a', to: 'b', reason },
    { from: 'a', to: 'b', reason },
  ]);
});
