import { mkdir, mkdtemp, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { startSimulation } from '../../../cli/dev/simulation.ts';
import { eventually } from '../../support/eventually.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meshturn-simulation-'));
});

it('says at its failure what stands last in its log', async () => {
  await mkdir(join(folder, 'fleet.yaml'));
  await expect(startSimulation({ folder, clusters: 1, seed: 1 })).rejects.toMatchObject({
    code: 'SIMULATION_FAILED',
    details: { found: expect.stringContaining('EISDIR') as string },
  });
});

it('ends, and its folder with it, where it is interrupted before it is up', async () => {
  const interrupt = new AbortController();
  const starting = startSimulation({ folder, clusters: 1, seed: 1 }, interrupt.signal);
  interrupt.abort();
  await expect(starting).rejects.toBe(interrupt.signal.reason);
  await expect(stat(folder)).rejects.toMatchObject({ code: 'ENOENT' });
});

it('was interrupted where it is seen to end just before it is told to', async () => {
  const entry = join(folder, 'world.mjs');
  // Nothing more is heard of it from then on, and it ends when it was told to.
  await writeFile(
    entry,
    `import { closeSync, existsSync, writeFileSync } from 'node:fs';
     closeSync(1);
     process.stdin.resume().on('end', () => {
       writeFileSync('${folder}/ends', '');
       setInterval(() => existsSync('${folder}/told') && process.exit(), 10);
     });`,
  );
  const interrupt = new AbortController();
  const world = { entry, endLimitMs: 100_000, clusters: 'clusters' };
  const starting = startSimulation({ folder, clusters: 1, seed: 1, world }, interrupt.signal);
  const ended = expect(starting).rejects.toMatchObject({ name: 'AbortError' });
  await eventually(() => stat(join(folder, 'ends')));
  interrupt.abort();
  await writeFile(join(folder, 'told'), '');
  await ended;
});
