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
import { applyObjects } from '../../../lab/mesh/apply.ts';
import { istioNamespace } from '../../../sim/demo/istio-objects.ts';
import { profiles } from '../../../sim/demo/profiles.ts';
import { proxiesOf } from '../../../sim/demo/workload-objects.ts';
import { userCacheFolder } from '../../../worker/temporal-binary/cache.ts';
import { freePorts } from '../../../worker/free-ports.ts';
import { eventually } from '../../support/eventually.ts';
import { killOne, memoryOf, noneLeft, processesOf } from '../processes-of.ts';
import { startLabProcess, type LabProcess } from './lab-process.ts';

const run = promisify(execFile);
const list = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string(), namespace: z.string() }),
      status: z.looseObject({
        phase: z.string(),
        conditions: z.array(z.object({ type: z.string(), status: z.string() })),
        initContainerStatuses: z.array(z.object({ name: z.string(), ready: z.boolean() })).default([]),
      }),
    }),
  ),
});

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

  it.each(profiles(2))(
    'has the mesh of the simulated cluster $name, every pod of it ready',
    async (profile) => {
      const { items } = list.parse(
        // The validator's come and go by the clock.
        JSON.parse(
          await kubectl(profile.name, 'get', 'pods', '-A', '-l', 'app!=istio-cert-validator', '-o', 'json'),
        ),
      );
      const ready = items.filter(({ status }) =>
        status.conditions.some(({ type, status }) => type === 'Ready' && status === 'True'),
      );
      const count = (namespace: string) =>
        ready.filter(({ metadata }) => metadata.namespace === namespace).length;
      expect(count(istioNamespace)).toBe(2);
      expect(count('kube-system')).toBe(2);
      expect(ready).toHaveLength(2 + 2 + proxiesOf(undefined) + 1);
      const checkout = ready.find(({ metadata }) => metadata.name.startsWith('checkout-'));
      expect(checkout?.status.initContainerStatuses).toEqual([{ name: 'istio-proxy', ready: true }]);
    },
  );

  it('has a PodDisruptionBudget, which its own controller has counted the pods of', async () => {
    const expected = ['get', 'pdb', 'ledger', '-n', 'payments', '-o', 'jsonpath={.status.expectedPods}'];
    await eventually(async () => expect(Number(await kubectl('aks-weu-1', ...expected))).toBeGreaterThan(0));
  });

  it('runs a Job from the CronJob of the validator to its end', async () => {
    const job = (...words: string[]) => kubectl('aks-neu-1', '-n', istioNamespace, ...words);
    await job('create', 'job', 'now', '--from=cronjob/istio-cert-validator-cronjob-asm-1-28');
    await job('wait', '--for=condition=complete', 'job/now', '--timeout=100s');
    const pods = await job('get', 'pods', '-l', 'job-name=now', '-o', 'json');
    expect(list.parse(JSON.parse(pods)).items.map(({ status }) => status.phase)).toEqual(['Succeeded']);
  });

  it('refuses an object of a field that its kind does not have', async () => {
    const { signal } = new AbortController();
    const folder = await mkdtemp(join(tmpdir(), 'meshturn-lab-refused-'));
    const by = {
      cluster: 'aks-weu-1',
      kubectl: installed('kubectl'),
      kubeconfig: lab.kubeconfig,
      folder,
      signal,
    };
    const metadata = { name: 'wrong', namespace: 'default' };
    const wrong = { apiVersion: 'v1', kind: 'ConfigMap', metadata, dta: { mesh: '' } };
    await expect(applyObjects(by, [wrong])).rejects.toMatchObject({
      code: 'LAB_OBJECT_REFUSED',
      details: { object: 'aks-weu-1', found: expect.stringContaining('.dta') as string },
    });
  });

  it('takes less than 700 MiB a cluster', () => {
    const megabytes = memoryOf([...processesOf(lab.folder), lab.child.pid ?? 0]);
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

  it('ends with the first component that does, and names it', async () => {
    const { child, folder, stderr } = await startLabProcess(1);
    killOne(folder, installed('kube-scheduler'));
    await expect(once(child, 'exit')).resolves.toEqual([1, null]);
    expect(await stderr).toMatch(
      /^error: kube-scheduler of aks-weu-1: .*\[LAB_COMPONENT_FAILED\]\n.*Killed\n/,
    );
    await noneLeft(folder);
  });

  it.each([
    [0, 'etcd'],
    [2, 'kube-apiserver of aks-weu-1'],
    [3, 'kubelet of aks-weu-1'],
    [4, 'kwok of aks-weu-1'],
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
