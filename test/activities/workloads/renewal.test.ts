import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { renewalOf, takenAt } from '../../../activities/workloads/renewal.ts';
import { issueLeaf, makeIntermediate, makeRoot } from '../../../pki/make.ts';
import { captured } from './captured.ts';

const hour = 3_600_000;
const issued = new Date('2026-11-21T12:00:00Z');
const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const root = makeRoot({ commonName: 'A', now: issued });
const issuer = makeIntermediate({ issuer: root, commonName: 'a', now: issued });
const leaf = issueLeaf({ issuer, publicKey, ttlMs: 24 * hour, now: issued });
const secrets = { chain: [leaf] as const, roots: [root.cert], updatedAt: issued };
const usual = {
  ttlSeconds: undefined,
  longestTtlSeconds: 86_400,
  fromFiles: false,
  graceRatio: 0.5,
  graceJitter: 0.01,
};

test('a leaf of 24 h renews itself half a day after issue, at the latest 12 h 14 min 24 s', () => {
  const { expected, latest } = renewalOf({ ...secrets, chain: [leaf] }, usual, issued);
  expect(expected.toISOString()).toBe('2026-11-22T00:00:00.000Z');
  expect(latest.toISOString()).toBe('2026-11-22T00:14:24.000Z');
});

test('the grace period ratio of the pod counts', () => {
  const settings = { ...usual, graceRatio: 0.25, graceJitter: 0 };
  const { expected } = renewalOf({ ...secrets, chain: [leaf] }, settings, issued);
  expect(expected.toISOString()).toBe('2026-11-22T06:00:00.000Z');
});

test('an overdue leaf is expected as late as its jitter allows, then at once', () => {
  const at = (text: string) => renewalOf({ ...secrets, chain: [leaf] }, usual, new Date(text)).expected;
  expect(at('2026-11-22T00:05:00Z').toISOString()).toBe('2026-11-22T00:14:24.000Z');
  expect(at('2026-11-22T05:00:00Z').toISOString()).toBe('2026-11-22T05:00:00.000Z');
});

test('an Envoy that took the leaf up again later does not make it younger', () => {
  const later = new Date(issued.getTime() + 5 * hour);
  expect(takenAt({ ...secrets, chain: [leaf], updatedAt: later })).toEqual(issued);
});

test('a captured leaf was taken when Envoy says, or two minutes after its notBefore', () => {
  const proxy = captured('S1');
  const gap = Math.abs(takenAt(proxy).getTime() - (proxy.updatedAt?.getTime() ?? 0));
  expect(gap).toBeLessThan(1000);
});
