import { chmod, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { states } from './istiod/material.ts';
import { startPilot } from './istiod/pilot.ts';

const place = async () => ({
  binaries: await mkdtemp(join(tmpdir(), 'meshturn-binaries-')),
  kubeconfig: '/nowhere/kubeconfig',
});

it('a folder without istiod is one error that names it', async () => {
  const { binaries, kubeconfig } = await place();
  await expect(startPilot({ binaries, kubeconfig }, states.S0, {})).rejects.toMatchObject({
    ...{ code: 'LAB_COMPONENT_FAILED', details: { object: join(binaries, 'pilot-discovery') } },
  });
});

it('a wrong binary is one error with the last words it printed', async () => {
  const { binaries, kubeconfig } = await place();
  const binary = join(binaries, 'pilot-discovery');
  await writeFile(binary, '#!/bin/sh\necho "Error: unknown command $1" >&2; exit 64\n');
  await chmod(binary, 0o755);
  await expect(startPilot({ binaries, kubeconfig }, states.S0, {})).rejects.toMatchObject({
    ...{
      code: 'LAB_COMPONENT_FAILED',
      details: { object: 'istiod', found: 'Error: unknown command discovery' },
    },
  });
});
