import { mkdir, mkdtemp, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { startSimulation } from '../../../cli/dev/simulation.ts';

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
