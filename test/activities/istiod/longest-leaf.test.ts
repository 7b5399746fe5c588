import { expect, test } from 'vitest';
import { longestLeaf } from '../../../activities/istiod/longest-leaf.ts';
import { podOf } from '../workloads/objects.ts';

function of(value?: string): number {
  const env = value === undefined ? [] : [{ name: 'MAX_WORKLOAD_CERT_TTL', value }];
  return longestLeaf(podOf({ spec: { containers: [{ name: 'discovery', env }] } }).spec);
}

test('no leaf lives longer than istiod allows: 90 days where it says nothing', () => {
  expect(of('48h')).toBe(172_800);
  expect(of()).toBe(7_776_000);
  expect(of('garbage')).toBe(7_776_000);
});
