import { generateKeyPairSync } from 'node:crypto';
import { expect, test, vi } from 'vitest';
import { issueLeaf } from '../../../pki/make.ts';
import { renewalDelay } from '../../../sim/proxies/agent.ts';
import { a } from '../../contract/istiod/material.ts';

const hours = 60 * 60 * 1000;
const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

test.each([
  ['soonest', 0.999_999, '11:45:36'],
  ['by default', 0.5, '12:00:00'],
  ['latest', 0, '12:14:24'],
])('renews a leaf of a day %s at %s of the jitter after %s', (_, random, expected) => {
  vi.useFakeTimers({ now: new Date('2026-11-22T00:00:00Z') });
  const leaf = issueLeaf({ issuer: a, publicKey, spiffeId: 'spiffe://x/ns/y/sa/z', ttlMs: 24 * hours });
  const delay = renewalDelay(
    { leaf, createdAt: new Date() },
    { gracePeriodRatio: 0.5, random: () => random },
  );
  vi.useRealTimers();
  expect(new Date(Math.round(delay / 1000) * 1000).toISOString().slice(11, 19)).toBe(expected);
});
