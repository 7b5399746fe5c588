import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { findInstalled, type Installed } from '../../../lab/installed.ts';
import { startLab } from '../../../lab/lab.ts';
import { userCacheFolder } from '../../../worker/temporal-binary/cache.ts';
import { freePorts } from '../../../worker/free-ports.ts';
import { memoryOf, noneLeft, processesOf } from '../processes-of.ts';
import { startLabProcess, type LabProcess } from './lab-process.ts';

const run = promisify(execFile);
const list = z.object({ items: z.array(z.looseObject({ status: z.looseObject({}) })) });

let installed: Installed;
beforeAll(async () => {
  installed = await findInstalled(userCacheFolder());
});

describe('a lab of two clusters', () => {
  let lab: LabProcess;
  const kubectl = async (context: string, ...words: string[]): Promise<string> => {
    const { stdout } = await run(installed('kubectl'), [
      ...['--kubeconfig', lab.kubeconfig, '--context', context],
      ...words,
    ]);
    return stdout;
  };
  beforeAll(async () => {
    lab = await startLabProcess(2);
  });
  afterAll(async () => {
    lab.child.kill('SIGKILL');
    await noneLeft(lab.folder);
  });

  // Twenty are stated; as in CI, twice that is a failure on any machine.
  it('is up in seconds', () => {
    expect(lab.seconds).toBeLessThan(40);
  });

  it.each(['aks-weu-1', 'aks-neu-1'])('runs a Deployment on the ready nodes of %s', async (context) => {
    const version = z.object({ serverVersion: z.object({ gitVersion: z.string() }) });
    const told: unknown = JSON.parse(await kubectl(context, 'version', '-o', 'json'));
    expect(version.parse(told).serverVersion.gitVersion).toBe('v1.36.2');
    await kubectl(
      context,
      'create',
      'deployment',
      'web',
      '--image=registry.example.com/web:1',
      '--replicas=3',
    );
    await kubectl(context, 'rollout', 'status', 'deployment/web', '--timeout=100s');
    await kubectl(context, 'delete', 'deployment', 'web');
    await kubectl(context, 'wait', '--for=delete', 'pod', '--selector=app=web', '--timeout=100s');
  });

  it('keeps its clusters apart, though they share an etcd', async () => {
    await kubectl('aks-weu-1', 'create', 'namespace', 'only-here');
    expect(await kubectl('aks-weu-1', 'get', 'namespaces', '-o', 'name')).toContain('namespace/only-here');
    expect(await kubectl('aks-neu-1', 'get', 'namespaces', '-o', 'name')).not.toContain('only-here');
  });

  it('runs the pod of a Job to its end', async () => {
    await kubectl('aks-weu-1', 'create', 'job', 'once', '--image=registry.example.com/once:1');
    await kubectl('aks-weu-1', 'wait', '--for=condition=complete', 'job/once', '--timeout=100s');
    const pods: unknown = JSON.parse(await kubectl('aks-weu-1', 'get', 'pods', '-o', 'json'));
    expect(list.parse(pods).items.map(({ status }) => status['phase'])).toEqual(['Succeeded']);
  });

  it('takes less than 700 MiB a cluster', () => {
    const megabytes = memoryOf(processesOf(lab.folder));
    expect(megabytes).toBeGreaterThan(400);
    expect(megabytes).toBeLessThan(2 * 700);
  });

  it('is one clean end at Ctrl-C', async () => {
    lab.child.kill('SIGINT');
    await expect(once(lab.child, 'exit')).resolves.toEqual([130, null]);
    await noneLeft(lab.folder);
    await expect(stat(lab.folder)).rejects.toThrow('ENOENT');
  });
});

describe('a lab', () => {
  it('ends with its parent, though that is killed', async () => {
    const { child, folder } = await startLabProcess(1);
    expect(processesOf(folder).length).toBeGreaterThanOrEqual(5);
    child.kill('SIGKILL');
    await noneLeft(folder);
  });

  it.each([
    [0, 'etcd'],
    [2, 'kube-apiserver of aks-weu-1'],
    [3, 'kwok of aks-weu-1'],
  ])('names the component whose port is taken: port %i, %s', async (taken, object) => {
    const squatter = createServer().listen(0, '127.0.0.1');
    await once(squatter, 'listening');
    const { port } = z.object({ port: z.number() }).parse(squatter.address());
    const folder = await mkdtemp(join(tmpdir(), 'meshturn-lab-taken-'));
    const ports = async (count: number) => (await freePorts(count)).with(taken, port);
    const { signal } = new AbortController();
    await expect(startLab({ clusters: 1, folder, installed, signal, ports })).rejects.toMatchObject({
      code: 'LAB_COMPONENT_FAILED',
      details: { object, found: expect.stringContaining('address already in use') as string },
    });
    await noneLeft(folder);
    squatter.close();
  });
});
