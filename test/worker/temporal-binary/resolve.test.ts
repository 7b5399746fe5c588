import { chmod, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { Problem } from '../../../problems/problem.ts';
import {
  resolveTemporal,
  resolveTemporalCli,
  resolveTestServer,
  sources,
} from '../../../worker/temporal-binary/resolve.ts';
import type { Source } from '../../../worker/temporal-binary/source.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meshturn-resolve-'));
});

async function executable(name: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, '#!/bin/sh\n');
  await chmod(path, 0o755);
  return path;
}

/** An environment that names nothing, not even a temporal.toml of the person who runs the tests. */
function bare(more: Record<string, string> = {}) {
  return { TEMPORAL_CONFIG_FILE: join(folder, 'none.toml'), PATH: '', ...more };
}

const download: Source = {
  name: 'fake download',
  downloads: true,
  look: () => Promise.resolve({ found: { path: '/downloaded' }, reason: 'it was there' }),
};
const nothing: Source = {
  name: 'nothing',
  downloads: false,
  look: () => Promise.resolve({ reason: 'there is none' }),
};

describe('the ways to a Temporal server', () => {
  it('are walked from what runs already to what must be downloaded', () => {
    expect(sources.map(({ name }) => name)).toEqual([
      'running server',
      'environment variable',
      'PATH',
      'cache',
      'SDK download',
      'Python package',
    ]);
  });

  it('end at a running server where TEMPORAL_ADDRESS names one', async () => {
    const environment = bare({
      TEMPORAL_ADDRESS: 'temporal.example.com:7233',
      MESHTURN_TEMPORAL_BIN: await executable('mine'),
    });
    await expect(resolveTemporal({ downloads: false, environment })).resolves.toMatchObject({
      address: 'temporal.example.com:7233',
      source: 'running server',
      tried: [],
    });
  });

  it('end at a running server where a profile names one', async () => {
    const file = join(folder, 'temporal.toml');
    await writeFile(file, '[profile.prod]\naddress = "prod.example.com:7233"\n');
    const environment = bare({ TEMPORAL_CONFIG_FILE: file, TEMPORAL_PROFILE: 'prod' });
    await expect(resolveTemporal({ downloads: false, environment })).resolves.toMatchObject({
      address: 'prod.example.com:7233',
    });
  });

  it('name a profile file that cannot be read', async () => {
    const file = join(folder, 'temporal.toml');
    await writeFile(file, 'this is no toml');
    await expect(
      resolveTemporal({ downloads: false, environment: bare({ TEMPORAL_CONFIG_FILE: file }) }),
    ).rejects.toMatchObject({ code: 'TEMPORAL_CONFIG_INVALID' });
  });

  it('prefer MESHTURN_TEMPORAL_BIN to PATH', async () => {
    await executable('temporal');
    const mine = await executable('mine');
    const environment = bare({ PATH: folder, MESHTURN_TEMPORAL_BIN: mine });
    const resolved = await resolveTemporal({ downloads: false, environment });
    expect(resolved).toMatchObject({ path: mine, reason: 'MESHTURN_TEMPORAL_BIN names it' });
  });

  it('end at MESHTURN_TEMPORAL_BIN where it names what cannot be started, whatever else there is', async () => {
    await executable('temporal');
    const environment = bare({ PATH: folder, MESHTURN_TEMPORAL_BIN: join(folder, 'temporla') });
    await expect(
      resolveTemporal({ downloads: true, environment, cacheFolder: folder }),
    ).rejects.toMatchObject({
      code: 'TEMPORAL_BINARY_UNUSABLE',
      details: { object: 'MESHTURN_TEMPORAL_BIN', found: join(folder, 'temporla') },
    });
  });

  it('find the program on PATH', async () => {
    const path = await executable('temporal');
    const environment = bare({ PATH: `/nonexistent:${folder}` });
    await expect(resolveTemporal({ downloads: false, environment })).resolves.toMatchObject({ path });
  });

  it('take what an earlier run downloaded, also where downloads are forbidden', async () => {
    const path = await executable('temporal-1.9.1');
    const environment = bare({ MESHTURN_NO_DOWNLOAD: '1' });
    await expect(
      resolveTemporal({ downloads: true, environment, cacheFolder: folder }),
    ).resolves.toMatchObject({ path, source: 'cache' });
  });

  it('lead to a server of its own for a test, whatever runs elsewhere', async () => {
    const environment = bare({ TEMPORAL_ADDRESS: 'prod.example.com:7233', PATH: folder });
    const cli = await executable('temporal');
    const skipping = await executable('temporal-test-server');
    await expect(resolveTemporalCli({ downloads: false, environment })).resolves.toMatchObject({ path: cli });
    await expect(resolveTestServer({ downloads: false, environment })).resolves.toMatchObject({
      path: skipping,
    });
  });
});

describe('a download', () => {
  it('is made where the caller allows it', async () => {
    const options = { downloads: true, environment: bare(), from: [nothing, download] };
    await expect(resolveTemporal(options)).resolves.toEqual({
      path: '/downloaded',
      source: 'fake download',
      reason: 'it was there',
      tried: [{ source: 'nothing', reason: 'there is none' }],
    });
  });

  it('is not made without the caller’s leave', async () => {
    await expect(
      resolveTemporal({ downloads: false, environment: bare(), from: [download] }),
    ).rejects.toMatchObject({ code: 'TEMPORAL_BINARY_MISSING' });
  });

  it('is refused by MESHTURN_NO_DOWNLOAD=1, and the problem names all that was tried and the mend', async () => {
    const environment = bare({ MESHTURN_NO_DOWNLOAD: '1' });
    const error: unknown = await resolveTemporal({ downloads: true, environment, cacheFolder: folder }).catch(
      (reason: unknown) => reason,
    );
    if (!(error instanceof Problem)) throw new Error('expected a Problem');
    expect(error.message).toBe(
      'temporal: no Temporal server program can be had (found ' +
        [
          'running server: neither TEMPORAL_ADDRESS nor a profile in temporal.toml names a server',
          'environment variable: MESHTURN_TEMPORAL_BIN is not set',
          'PATH: no temporal on PATH',
          `cache: nothing was downloaded to ${folder} before`,
          'SDK download: not tried: MESHTURN_NO_DOWNLOAD=1 forbids downloads',
          'Python package: not tried: MESHTURN_NO_DOWNLOAD=1 forbids downloads',
        ].join('; ') +
        ')',
    );
    expect(error.hint).toBe(
      'install temporal and set MESHTURN_TEMPORAL_BIN to its path, or set TEMPORAL_ADDRESS to a running server',
    );
  });
});
