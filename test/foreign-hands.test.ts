import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { acts } from './world/foreign/acts.ts';
import { nameOf } from './world/foreign/enact.ts';
import { counted, seen } from './world/foreign/golden.ts';
import { lanes } from './world/foreign/lanes.ts';
import { foreignHandsPage } from './world/foreign/page.ts';

const page = new URL('../docs/foreign-hands.md', import.meta.url);

it('shows in the docs what others do in the lanes and what was seen when they were run', () => {
  const text = foreignHandsPage(seen(), counted());
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(page, text);
  expect(readFileSync(page, 'utf8')).toBe(text);
});

it('has run every act that it tells of, and got the code that the lane names', () => {
  const named = lanes.map(({ name, strikes }) => [
    name,
    strikes.flatMap((strike) => (strike.code === undefined ? [] : [[nameOf(strike), strike.code]])),
  ]);
  const shown = Object.entries(seen()).map(([name, showing]) => [
    name,
    Object.entries(showing).map(([strike, { code }]) => [strike, code]),
  ]);
  expect(Object.fromEntries(shown)).toEqual(Object.fromEntries(named));
  const struck = new Set<string>(lanes.flatMap(({ strikes }) => strikes.map(({ act }) => act)));
  expect(Object.keys(acts).filter((act) => !struck.has(act))).toEqual([]);
});

it('tells how many handshakes failed of every rotation in which an act breaks traffic by itself', () => {
  const breaking = lanes.filter(({ breaksTraffic }) => breaksTraffic !== undefined);
  const recorded = breaking.map(({ name }) => counted()[name]?.failed ?? 0);
  expect(recorded.length).toBeGreaterThan(0);
  for (const failed of recorded) expect(failed).toBeGreaterThan(0);
});
