import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startSimulation } from '../../../cli/dev/simulation.ts';
import { Problem } from '../../../problems/problem.ts';

const problem = new Problem('LAB_COMPONENT_FAILED', { object: 'etcd', found: 'address already in use' });
const told = { problem: problem.report() };
const ready = { ready: true, control: 'http://127.0.0.1:1' };

/** A world that prints these lines and ends at once, or once it is told to. */
async function start(lines: readonly unknown[], end = 'process.exit(1)') {
  const folder = await mkdtemp(join(tmpdir(), 'meshturn-world-'));
  const entry = join(folder, 'world.mjs');
  const print = lines.map((line) => `console.log(${JSON.stringify(JSON.stringify(line))});`);
  await writeFile(entry, [...print, 'console.error("last words");', end].join('\n'));
  const world = { entry, endLimitMs: 10_000, clusters: 'real clusters' };
  return startSimulation({ folder, clusters: 1, seed: 1, world });
}

it('a world that tells by what problem it ends before it is up fails with that', async () => {
  await expect(start([told])).rejects.toMatchObject({
    ...{ code: 'LAB_COMPONENT_FAILED', hint: problem.hint },
    details: { object: 'etcd', found: 'address already in use' },
  });
});

it('and so does one that was up', async () => {
  const { failed } = await start([ready, told]);
  await expect(failed).resolves.toMatchObject({ code: 'LAB_COMPONENT_FAILED', hint: problem.hint });
});

it('a world that tells nothing, or is up and then ends, has failed by what stands last in its log', async () => {
  const expected = { code: 'SIMULATION_FAILED', details: { found: 'last words' } };
  await expect(start([])).rejects.toMatchObject(expected);
  await expect((await start([ready])).failed).resolves.toMatchObject(expected);
});

it('what a world prints that is no such line is refused', async () => {
  await expect(start([{ problem: { ...told.problem, code: 'OF_ANOTHER' } }])).rejects.toThrow();
});
