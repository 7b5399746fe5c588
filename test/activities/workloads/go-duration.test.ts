import { expect, test } from 'vitest';
import { goDurationSeconds } from '../../../activities/workloads/go-duration.ts';

test.each([
  ['24h', 86_400],
  ['48h0m0s', 172_800],
  ['1.5h', 5400],
  ['90s', 90],
  ['1500ms', 1.5],
  ['', undefined],
  ['24', undefined],
  ['1d', undefined],
  ['24h later', undefined],
])('%j is %s seconds', (text, seconds) => {
  expect(goDurationSeconds(text)).toBe(seconds);
});
