import { expect, test } from 'vitest';
import { longestLeaf } from '../../../activities/istiod/longest-leaf.ts';
import { podOf } from '../workloads/objects.ts';

function of(values: Readonly<Record<string, string>>): number {
  const env = Object.entries(values).map(([name, value]) => ({ name, value }));
  return longestLeaf(podOf({ spec: { containers: [{ name: 'discovery', env }] } }).spec);
}

test('no leaf lives longer than istiod allows: 90 days where it says nothing', () => {
  expect(of({ MAX_WORKLOAD_CERT_TTL: '4320h' })).toBe(180 * 86_400);
  expect(of({})).toBe(7_776_000);
  expect(of({ MAX_WORKLOAD_CERT_TTL: 'garbage' })).toBe(7_776_000);
});

test('a leaf of which nobody asks how long it is to live may live longer than istiod allows', () => {
  expect(of({ MAX_WORKLOAD_CERT_TTL: '48h', DEFAULT_WORKLOAD_CERT_TTL: '2400h' })).toBe(100 * 86_400);
});

test('a leaf that was signed before the limit was lowered lives as long as it was to', () => {
  expect(of({ MAX_WORKLOAD_CERT_TTL: '48h' })).toBe(7_776_000);
  expect(of({ MAX_WORKLOAD_CERT_TTL: '1h', DEFAULT_WORKLOAD_CERT_TTL: '1h' })).toBe(7_776_000);
});
