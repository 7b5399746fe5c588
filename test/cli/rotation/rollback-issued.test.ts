import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { completed } from '../samples.ts';
import { fleetFile, scripted, session } from '../session.ts';
import { former, rotatedMesh } from './rotated-mesh.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meshturn-rollback-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** What is started as the way back from a rotation that has ended, where these make the mesh's intermediates. */
async function startedWith(issuer: string, ...flags: readonly string[]) {
  const file = join(folder, 'fleet.yaml');
  const text = await readFile(fleetFile, 'utf8');
  await writeFile(file, text.replace('    trustDomain:', `    issuer: ${issuer}\n    trustDomain:`));
  const rotations = scripted({ kind: 'live', progress: completed() });
  const argv = ['rotation', 'rollback', 'prod/payments', '-f', file, '--yes', '--confirm', 'prod', ...flags];
  const { stderr } = await session(argv, {
    ...{ mesh: rotatedMesh, rotations },
    observe: { inspectCa: () => Promise.resolve(former) },
  });
  expect(rotations.started, stderr).toHaveLength(1);
  return rotations.started[0]?.ca;
}

it('has the way back dispose of what was staged only where an issuer makes the intermediates', async () => {
  const { id } = completed();
  const issued = { kind: 'root', before: id, issued: true };
  expect(await startedWith('{ files: {} }')).toEqual({ kind: 'root', before: id });
  expect(await startedWith('{ offline: {} }')).toEqual(issued);
  expect(await startedWith('{ files: { rootKey: ./root-key.pem } }')).toEqual(issued);
  expect(await startedWith('{ offline: {} }', '--rotation', id)).toEqual(issued);
});
