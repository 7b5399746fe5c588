import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { KubeConfig, CoreV1Api } from '@kubernetes/client-node';
import { SecretClient } from '@azure/keyvault-secrets';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { loadFleet } from '../../fleet/load.ts';
import { eventually } from '../support/eventually.ts';

const readyLine = z.object({
  ready: z.literal(true),
  control: z.url(),
  fleet: z.string(),
  clusters: z.array(z.string()),
  proxies: z.number(),
});
const stats = z.object({
  proxies: z.number(),
  handshakes: z.object({
    phase: z.string(),
    attempted: z.number(),
    failed: z.number(),
    inPhase: z.object({ attempted: z.number(), pairs: z.object({ covered: z.number() }) }),
  }),
});

let directory = '';
let child: ChildProcess;
let ready: z.infer<typeof readyLine>;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'fleet-'));
  child = spawn(process.execPath, ['sim/main.ts', '--dir', directory, '--clusters', '3', '--seed', '5'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  if (child.stdout === null) throw new Error('expected a pipe');
  const lines = createInterface(child.stdout);
  const line = z.tuple([z.string()]).parse(await once(lines, 'line'));
  ready = readyLine.parse(JSON.parse(line[0]));
});

afterAll(async () => {
  child.kill('SIGKILL');
  await rm(directory, { recursive: true });
});

const read = async (path: string, init?: RequestInit) =>
  stats.parse(await (await fetch(`${ready.control}${path}`, init)).json());

test('says in one line that every proxy of every cluster is ready', () => {
  expect(ready.clusters).toEqual(['aks-weu-1', 'aks-neu-1', 'aks-eus-1']);
  expect(ready.proxies).toBe(30);
});

test('writes a fleet file that the product reads, with a policy for each cluster', async () => {
  const fleet = await loadFleet(ready.fleet);
  const [mesh] = fleet.meshes;
  expect(mesh?.clusters.map(({ workloads, cronJob }) => [workloads.mode, cronJob])).toEqual([
    ['restart', 'wait'],
    ['restart', 'runNow'],
    ['renew', 'wait'],
  ]);
});

test('writes nothing that others can read', async () => {
  for (const entry of await readdir(directory, { withFileTypes: true, recursive: true })) {
    const { mode } = await stat(join(entry.parentPath, entry.name));
    expect(mode & 0o077, entry.name).toBe(0);
  }
  const folders = (await readdir(join(directory, 'root-b'))).toSorted();
  expect(folders).toEqual([...ready.clusters, 'root-cert.pem'].toSorted());
  expect(await readdir(join(directory, 'intermediate-b'))).toHaveLength(3);
});

test('can be reached by the real clients with what it wrote', async () => {
  const config = new KubeConfig();
  config.loadFromFile(join(directory, 'kubeconfig'));
  config.setCurrentContext('aks-neu-1');
  const { items } = await config.makeApiClient(CoreV1Api).listNamespacedPod({
    namespace: 'aks-istio-system',
    labelSelector: 'app=istiod',
  });
  expect(items).toHaveLength(2);
  const [cluster] = (await loadFleet(ready.fleet)).meshes[0]?.clusters ?? [];
  const { url = '', emulator } = cluster?.keyVault ?? {};
  const [ca, token] = await Promise.all([
    readFile(emulator?.caFile ?? '', 'utf8'),
    readFile(emulator?.tokenFile ?? '', 'utf8'),
  ]);
  const answer = { token: token.trim(), expiresOnTimestamp: Date.now() + 60_000 };
  const vault = new SecretClient(
    url,
    { getToken: () => Promise.resolve(answer) },
    { disableChallengeResourceVerification: true, tlsOptions: { ca } },
  );
  expect((await vault.getSecret('root-cert')).value).toContain('BEGIN CERTIFICATE');
});

test('makes handshakes all the time and covers every pair anew in each phase', async () => {
  const before = await read('/phase', { method: 'POST', body: '{"name":"distribute"}' });
  expect(before.handshakes).toMatchObject({ phase: 'distribute', inPhase: { attempted: 0 } });
  await eventually(async () => {
    const { handshakes, proxies } = await read('/stats');
    expect(proxies).toBe(30);
    // Nine pairs of clusters, and agents to two replicas in each.
    expect(handshakes.inPhase.pairs.covered).toBe(15);
    expect(handshakes.failed).toBe(0);
  });
});

test('answers 400 to a phase without a name', async () => {
  const { status } = await fetch(`${ready.control}/phase`, { method: 'POST', body: '{}' });
  expect(status).toBe(400);
});

test('ends with its stdin, every port closed', async () => {
  const exited = once(child, 'exit');
  child.stdin?.end();
  expect(await exited).toEqual([0, null]);
  const port = Number(new URL(ready.control).port);
  expect(await once(connect({ port, host: '127.0.0.1' }), 'error')).toMatchObject([{ code: 'ECONNREFUSED' }]);
});

test('removes its folder with its stdin where it is told so, though nobody reads its stdout', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fleet-'));
  const own = spawn(process.execPath, ['sim/main.ts', '--dir', folder, '--clusters', '1', '--remove-dir'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  own.stdout.destroy();
  await eventually(() => stat(join(folder, 'intermediate-b')));
  own.stdin.end();
  expect(await once(own, 'exit')).toEqual([0, null]);
  await expect(stat(folder)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('ends on SIGTERM before its clusters are ready', async () => {
  const early = spawn(process.execPath, ['sim/main.ts', '--dir', join(directory, 'early')], {
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  await eventually(() => stat(join(directory, 'early', 'fleet.yaml')));
  await eventually(() => stat(join(directory, 'early', 'intermediate-b')));
  early.kill('SIGTERM');
  expect(await once(early, 'exit')).toEqual([0, null]);
});
