import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { readEvents } from '../../activities/istiod/log.ts';
import { serveControl } from '../../sim/control.ts';
import { buildFleet, type SimFleet } from '../../sim/fleet.ts';
import type { LoopbackServer } from '../../sim/loopback.ts';
import { scenarios } from '../../sim/scenarios/registry.ts';
import { faultsPage } from '../world/faults/page.ts';
import { seen } from '../world/faults/golden.ts';

const page = new URL('../../docs/faults.md', import.meta.url);
const listed = z.array(
  z.object({ name: z.string(), title: z.string(), cluster: z.string(), on: z.boolean() }),
);

let fleet: SimFleet;
let control: LoopbackServer;

beforeAll(async () => {
  fleet = buildFleet();
  control = await serveControl(fleet);
});

afterAll(async () => {
  await control.close();
  await fleet.stop();
});

const ask = async (path: string, method = 'GET') =>
  fetch(new URL(path, `http://127.0.0.1:${control.port}`), { method });
const on = async (response: Response) =>
  listed.parse(await response.json()).flatMap(({ name, on }) => (on ? [name] : []));

it('gives every fault a name of its own and a word of what to do', () => {
  expect(new Set(scenarios.map(({ name }) => name)).size).toBe(scenarios.length);
  for (const { name, todo, strikes } of scenarios) {
    expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    expect(todo).not.toBe('');
    expect(strikes).not.toEqual([]);
  }
});

it('tells of every phase what comes of a fault there, or why the phase cannot meet it', () => {
  for (const { name, strikes, unmet } of scenarios) {
    const told = [...strikes.map(({ phase }) => phase), ...(unmet?.phases ?? [])];
    const ofRotation = told.filter((phase) => phase !== 'plan');
    expect(ofRotation.toSorted(), name).toEqual(['activate', 'distribute', 'revoke']);
  }
});

it('shows in the docs what the scenarios say and what was seen when they were run', () => {
  const text = faultsPage(scenarios, seen);
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(page, text);
  expect(readFileSync(page, 'utf8')).toBe(text);
});

it('has run every fault that it tells of', () => {
  const stopped = scenarios.map(({ name, strikes }) => [
    name,
    strikes.flatMap(({ phase, outcome }) => ('code' in outcome ? [`${phase} ${outcome.code}`] : [])),
  ]);
  const recorded = Object.entries(seen).map(([name, { phases }]) => [
    name,
    Object.entries(phases).map(([phase, { code }]) => `${phase} ${code}`),
  ]);
  expect(Object.fromEntries(recorded)).toEqual(Object.fromEntries(stopped));
});

const istiod = new URL('../fixtures/istiod-1.30.3/', import.meta.url);
const refused = readdirSync(istiod).filter((name) => name.startsWith('refused-'));

it.each(refused)('has a fault for what a real istiod says in %s', (name) => {
  const events = readEvents(readFileSync(new URL(name, istiod), 'utf8'));
  const codes = events.flatMap((event) => (event.kind === 'refused' ? [event.code] : []));
  expect(codes).toHaveLength(1);
  const stopping = scenarios.flatMap(({ strikes }) =>
    strikes.flatMap(({ outcome }) => ('code' in outcome ? [outcome.code] : [])),
  );
  expect(stopping).toEqual(expect.arrayContaining(codes));
});

it('breaks and mends a simulated fleet by its control endpoint', async () => {
  expect(await on(await ask('/scenarios'))).toEqual([]);
  expect(await on(await ask('/scenarios/vault-forbidden', 'POST'))).toEqual(['vault-forbidden']);
  const [cluster] = fleet.clusters;
  await expect(cluster?.vault.read('meshturn', 'root-cert')).rejects.toMatchObject({ status: 403 });
  expect(await on(await ask('/scenarios/vault-forbidden', 'DELETE'))).toEqual([]);
  expect((await cluster?.vault.read('meshturn', 'root-cert'))?.value).toContain('BEGIN CERTIFICATE');
});

it('names the scenarios that there are to one who asks for another', async () => {
  const response = await ask('/scenarios/comet', 'POST');
  expect(response.status).toBe(400);
  expect(await response.text()).toContain('vault-forbidden');
});
