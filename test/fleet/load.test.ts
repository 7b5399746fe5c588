import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadFleet } from '../../fleet/load.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meshturn-fleet-'));
});
afterAll(() => rm(folder, { recursive: true }));

it('reads a fleet file from disk', async () => {
  const path = join(folder, 'prod.yaml');
  const mesh = '{ name: m, trustDomain: m, clusters: [{ name: a }] }';
  await writeFile(path, `apiVersion: meshturn.io/v1alpha1\nkind: Fleet\nname: prod\nmeshes: [${mesh}]\n`);
  expect(await loadFleet(path)).toMatchObject({ name: 'prod', file: path });
});

it('names a file that is not there, and a folder in its place', async () => {
  await expect(loadFleet(join(folder, 'none.yaml'))).rejects.toMatchObject({
    code: 'FLEET_FILE_MISSING',
    details: { found: 'no such file' },
  });
  await expect(loadFleet(folder)).rejects.toMatchObject({ details: { found: 'a folder' } });
});
