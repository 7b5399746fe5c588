import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { findInstalled, type Installed } from '../../../lab/installed.ts';
import { userCacheFolder } from '../../../worker/temporal-binary/cache.ts';
import { resolveTemporalCli } from '../../../worker/temporal-binary/resolve.ts';
import { killOne, noneLeft, processesOf } from '../processes-of.ts';
import { labWords, spawnLab } from './lab-process.ts';

interface Rotating {
  readonly child: ChildProcess;
  readonly folder: string;
  readonly temporary: string;
  /** All that it has printed on stderr so far. */
  readonly said: () => string;
}

let installed: Installed;
beforeAll(async () => {
  installed = await findInstalled(userCacheFolder());
});

/** `npm run lab -- --rotate root`, whose first phase has begun. */
async function rotating(): Promise<Rotating> {
  const lab = await spawnLab([...labWords(1), '--rotate', 'root', '-o', 'json']);
  const { child } = lab;
  let printed = '';
  const begun = Promise.withResolvers<undefined>();
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
    if (printed.includes('distribute begins')) begun.resolve(undefined);
  });
  await Promise.race([begun.promise, once(child, 'close')]);
  expect(child.exitCode, printed).toBeNull();
  return { ...lab, said: () => printed };
}

describe('a rotation on the lab', () => {
  it('ends with the first component that does, and names it', async () => {
    const { child, folder, temporary, said } = await rotating();
    killOne(folder, installed('kube-apiserver'));
    await expect(once(child, 'close')).resolves.toEqual([1, null]);
    expect(said()).toMatch(/^error: kube-apiserver of aks-weu-1: .*\[LAB_COMPONENT_FAILED\]\n/m);
    await noneLeft(folder);
    expect(await readdir(temporary)).toEqual([]);
  });

  it('ends with its Temporal server, and names it', async () => {
    const { child, folder, temporary, said } = await rotating();
    killOne(temporary, (await resolveTemporalCli({ downloads: false })).path);
    await expect(once(child, 'close')).resolves.toEqual([1, null]);
    expect(said().match(/^error: .*/gm)).toEqual([expect.stringContaining('[TEMPORAL_SERVER_FAILED]')]);
    await noneLeft(folder);
    expect(await readdir(temporary)).toEqual([]);
  });

  it('is one clean end at Ctrl-C', async () => {
    const { child, folder, temporary, said } = await rotating();
    child.kill('SIGINT');
    await expect(once(child, 'close')).resolves.toEqual([130, null]);
    expect(said()).not.toContain('error:');
    await noneLeft(folder);
    expect(await readdir(temporary)).toEqual([]);
  });

  it('ends with its parent, though that is killed', async () => {
    const { child, folder } = await rotating();
    expect(processesOf(folder).length).toBeGreaterThan(7);
    child.kill('SIGKILL');
    await noneLeft(folder);
  });
});
