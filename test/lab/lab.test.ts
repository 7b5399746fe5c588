import { access, chmod, mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { Problem } from '../../problems/problem.ts';
import { startLab } from '../../lab/lab.ts';
import { eventually } from '../support/eventually.ts';
import { noneLeft } from './processes-of.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meshturn-lab-'));
});

/** Components that are scripts; those that are not given run for ever. */
async function scripts(given: Readonly<Record<string, string>>): Promise<(name: string) => string> {
  for (const [name, lines] of Object.entries({ other: 'exec sleep 1000', ...given })) {
    await writeFile(join(folder, name), `#!/bin/sh\ncd ${folder}\n${lines}\n`);
    await chmod(join(folder, name), 0o755);
  }
  return (name) => join(folder, name in given ? name : 'other');
}

const { signal } = new AbortController();

describe('a lab', () => {
  it('of which one component dies is one error, and nothing is left running', async () => {
    const installed = await scripts({ 'kube-apiserver': 'echo "panic: no memory"; exit 2' });
    await expect(startLab({ clusters: 2, folder, installed, signal })).rejects.toMatchObject({
      code: 'LAB_COMPONENT_FAILED',
      details: {
        object: expect.stringMatching(/^kube-apiserver of aks-(weu|neu)-1$/) as string,
        found: 'panic: no memory',
      },
    });
    await noneLeft(folder);
  });

  it('whose components are not installed starts none of them', async () => {
    const installed = (name: string): string => {
      throw new Problem('LAB_NOT_INSTALLED', { object: name });
    };
    await expect(startLab({ clusters: 1, folder, installed, signal })).rejects.toMatchObject({
      code: 'LAB_NOT_INSTALLED',
      hint: 'npm run lab:install',
    });
    await noneLeft(folder);
  });

  it('of which a single component is not installed starts none either', async () => {
    const others = await scripts({ etcd: `touch ${join(folder, 'etcd-started')}; exec sleep 1000` });
    const installed = (name: string): string => {
      if (name === 'kubectl') throw new Problem('LAB_NOT_INSTALLED', { object: name });
      return others(name);
    };
    await expect(startLab({ clusters: 1, folder, installed, signal })).rejects.toMatchObject({
      code: 'LAB_NOT_INSTALLED',
      details: { object: 'kubectl' },
    });
    expect(await readdir(folder)).not.toContain('etcd-started');
    expect(await readdir(folder)).not.toContain('etcd.log');
    await noneLeft(folder);
  });

  it('that is interrupted while it starts leaves nothing running', async () => {
    const interrupt = new AbortController();
    const mark = join(folder, 'started');
    const installed = await scripts({ other: `touch ${mark}; exec sleep 1000` });
    const starting = startLab({ clusters: 1, folder, installed, signal: interrupt.signal });
    const reason = new Error('Ctrl-C');
    const told = expect(starting).rejects.toBe(reason);
    await eventually(() => access(mark));
    interrupt.abort(reason);
    await told;
    await noneLeft(folder);
  });
});
