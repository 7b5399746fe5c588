import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { connectCluster, type ClusterClient } from '../../../activities/kube/connect.ts';
import { findInstalled, type Installed } from '../../../lab/installed.ts';
import { istioBinaries, type IstioBinaries } from '../../../lab/istio/binaries.ts';
import { istioNamespace } from '../../../sim/demo/istio-objects.ts';
import { userCacheFolder } from '../../../worker/temporal-binary/cache.ts';
import { meshSuites } from '../../contract/mesh/suites.ts';
import { eventually } from '../../support/eventually.ts';
import { killOne, noneLeft, processesOf } from '../processes-of.ts';
import { startLabProcess, type LabProcess } from './lab-process.ts';

const run = promisify(execFile);
const certs = z.object({
  certificates: z.array(
    z.object({
      cert_chain: z.array(
        z.object({ subject_alt_names: z.array(z.object({ uri: z.string() })).default([]) }),
      ),
    }),
  ),
});

describe('a lab with real Istio', () => {
  let lab: LabProcess;
  let installed: Installed;
  let binaries: IstioBinaries;
  let client: ClusterClient;
  const kubectl = async (...words: string[]): Promise<string> =>
    (await run(installed('kubectl'), ['--kubeconfig', lab.kubeconfig, ...words])).stdout;
  beforeAll(async () => {
    installed = await findInstalled(userCacheFolder());
    binaries = await istioBinaries(installed, process.env);
    lab = await startLabProcess(1, 'real');
    const access = { kind: 'kubeconfig', path: lab.kubeconfig, context: undefined } as const;
    client = connectCluster({ name: 'the lab', access });
  });
  afterAll(async () => {
    lab.child.kill('SIGKILL');
    await noneLeft(lab.folder);
  });

  it('has an istiod, an agent and an Envoy behind each pod that is one', () => {
    const count = (path: string) => processesOf(lab.folder, path).length;
    expect(count(binaries.discovery)).toBe(2);
    // Ten of workloads, and the pod without an owner.
    expect([count(binaries.agent), count(binaries.envoy)]).toEqual([11, 11]);
  });

  it('answers in a pod as Envoy does, with the certificate of its ServiceAccount', async () => {
    const words = ['exec', '-n', 'payments', 'importer', '-c', 'istio-proxy', '--'];
    const answer: unknown = JSON.parse(await kubectl(...words, 'pilot-agent', 'request', 'GET', 'certs'));
    const names = certs
      .parse(answer)
      .certificates.flatMap(({ cert_chain: chain }) => chain.flatMap((one) => one.subject_alt_names));
    expect(names).toContainEqual({ uri: 'spiffe://payments.example.com/ns/payments/sa/importer' });
    await expect(kubectl(...words, 'pilot-agent', 'request', 'GET', 'nothing')).rejects.toThrow(
      'status code 404',
    );
    await expect(kubectl(...words, 'ls')).rejects.toThrow('executable file not found');
  });

  it('shows the log of the agent as that of the pod', async () => {
    const log = await kubectl('logs', '-n', 'payments', 'importer', '-c', 'istio-proxy');
    expect(log).toContain('generated new workload certificate');
  });

  it('starts an istiod again that has crashed', async () => {
    killOne(lab.folder, binaries.discovery);
    const restarts = '{.items[*].status.containerStatuses[*].restartCount}';
    const ready = '{.items[*].status.containerStatuses[*].ready}';
    const pods = ['get', 'pods', '-n', istioNamespace, '-l', 'app=istiod', '-o'];
    await eventually(async () => {
      expect((await kubectl(...pods, `jsonpath=${restarts}`)).split(' ').toSorted()).toEqual(['0', '1']);
      expect(await kubectl(...pods, `jsonpath=${ready}`)).toBe('true true');
    });
  });

  for (const suite of meshSuites) suite(() => client);
});

it('ends with its parent, though that is killed', async () => {
  const { child, folder } = await startLabProcess(1, 'real');
  expect(processesOf(folder).length).toBeGreaterThan(2 + 2 * 11);
  child.kill('SIGKILL');
  await noneLeft(folder);
});
