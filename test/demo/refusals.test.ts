import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { cp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { SecretClient } from '@azure/keyvault-secrets';
import { Client, WorkflowNotFoundError } from '@temporalio/client';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Environment, startEnvironment } from '../../cli/dev/environment.ts';
import { rotationsOn } from '../../cli/temporal-rotations.ts';
import { issueLeaf, makeRoot } from '../../pki/make.ts';
import { rotationWorkflowId } from '../../rotation/messages.ts';
import { createVault } from '../../sim/key-vault/vault.ts';
import { connectClient } from '../../worker/connection.ts';
import { localhostTls } from '../support/tls.ts';
import { meshturn, type Ran } from './command-line.ts';
import { scratchOf, type Scratch } from './scratch.ts';
import { expectTranscript } from './transcript.ts';
import { vaultsOf, versionsIn } from './vaults.ts';
import { eventually } from '../support/eventually.ts';

let environment: Environment;
let client: Client;
let scratch: Scratch;
let vaults: readonly SecretClient[];
let before: readonly string[];
const closing: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  environment = await startEnvironment({ clusters: 2, seed: 4, say: () => undefined });
  client = new Client(await connectClient({ address: environment.temporal.address }));
  scratch = await scratchOf(environment);
  vaults = await vaultsOf(environment.fleet);
  before = await versionsIn(vaults);
});

afterAll(async () => {
  for (const close of closing) await close();
  await scratch.remove();
  await client.connection.close();
  await environment.close();
});

const rotation = () => client.workflow.getHandle(rotationWorkflowId('demo', 'payments')).describe();

/** Runs a command that must be refused: in words, with a hint, without a trace of code. */
async function refused(argv: readonly string[], rotations = environment.rotations): Promise<Ran> {
  const ran = await meshturn(argv, rotations);
  expect(ran.stdout).toBe('');
  expect(ran.stderr).toMatch(/^ {2}hint: .{10}/m);
  expect(ran.stderr).not.toMatch(/^\s+at .*:\d+:\d+/m);
  return ran;
}

const start = (file: string, root: string) => ['rotation', 'start', '-f', file, '--root', root];
const fleetFile = () => environment.simulation.fleetFile;
const goodRoot = () => environment.simulation.newCa.root;
const folders = () => ({ SCRATCH: scratch.folder, DEMO: environment.folder });

/** A server that takes connections and never says a word. */
async function silentServer(): Promise<number> {
  const server: Server = createServer((socket) => closing.push(() => Promise.resolve(socket.destroy())));
  closing.push(() => Promise.resolve(server.close()));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return portOf(server);
}

/** A port that nothing listens on. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = portOf(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('expected a server on a TCP port');
  return address.port;
}

/** The fleet file, with the first cluster's API server at another address. */
async function fleetFileWithServer(url: string): Promise<string> {
  const kubeconfig = await scratch.edited('kubeconfig', (text) =>
    text.replace(/https:\S+aks-weu-1/, `${url}/clusters/aks-weu-1`),
  );
  return scratch.edited('fleet.yaml', (text) => text.replaceAll(/\S+kubeconfig$/gm, kubeconfig));
}

/** The fleet file, with another vault for the first cluster. */
async function fleetFileWithVault(vault: { url?: string; token?: string; ca?: string }): Promise<string> {
  const put = async (name: string, text: string) => {
    await writeFile(join(scratch.folder, name), text, { mode: 0o600 });
    return join(scratch.folder, name);
  };
  const { url, token, ca } = vault;
  const tokenFile = token === undefined ? undefined : await put('vault.token', token);
  const caFile = ca === undefined ? undefined : await put('vault-ca.pem', ca);
  return scratch.edited('fleet.yaml', (text) => {
    const change = (all: string, key: string, to: string | undefined) =>
      to === undefined ? all : all.replace(new RegExp(`${key}: .*`), `${key}: ${to}`);
    return change(change(change(text, 'url', url), 'tokenFile', tokenFile), 'caFile', caFile);
  });
}

describe('nothing is written and nothing started', () => {
  afterEach(async () => {
    expect(await versionsIn(vaults)).toEqual(before);
    await expect(rotation()).rejects.toBeInstanceOf(WorkflowNotFoundError);
  });

  it('with a bad fleet file, of which every error is told at once', async () => {
    const file = await scratch.edited('fleet.yaml', (text) =>
      text.replace('cronJob: wait', 'cronJbo: wait').replace('batch: 50%', 'batch: half'),
    );
    const argv = start(file, goodRoot());
    expectTranscript('bad-fleet-file', argv, await refused(argv), folders());
  });

  it('with a folder that lacks a file', async () => {
    const root = await scratch.newRoot('no-key', (folder) => rm(join(folder, 'aks-weu-1', 'ca-key.pem')));
    const argv = start(fleetFile(), root);
    expectTranscript('file-missing', argv, await refused(argv), folders());
  });

  it('with a folder that is not there', async () => {
    const argv = start(fleetFile(), join(scratch.folder, 'nowhere'));
    expectTranscript('folder-missing', argv, await refused(argv), folders());
  });

  it('with the key of another certificate', async () => {
    const root = await scratch.newRoot('other-key', (folder) =>
      cp(join(folder, 'aks-neu-1', 'ca-key.pem'), join(folder, 'aks-weu-1', 'ca-key.pem')),
    );
    const argv = start(fleetFile(), root);
    expectTranscript('other-key', argv, await refused(argv), folders());
  });

  it('with a root that is not a CA', async () => {
    const issuer = makeRoot({ commonName: 'Root X' });
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const leaf = issueLeaf({ issuer, publicKey, dnsNames: ['root-x'], ttlMs: 3_600_000 });
    const root = await scratch.newRoot('no-ca', (folder) =>
      writeFile(join(folder, 'root-cert.pem'), leaf.pem),
    );
    const argv = start(fleetFile(), root);
    const ran = await refused(argv);
    expect(ran).toMatchObject({ exit: 65, stderr: expect.stringContaining('[NOT_A_CA]') as string });
    expect(ran.stderr).toContain('no-ca/root-cert.pem: the certificate may not sign others');
  });

  it('with a cluster where nothing listens', async () => {
    const argv = start(await fleetFileWithServer(`https://127.0.0.1:${await closedPort()}`), goodRoot());
    expectTranscript('cluster-unreachable', argv, await refused(argv), folders());
  });

  it('with a cluster that takes connections and stays silent, for which nobody waits long', async () => {
    const file = await fleetFileWithServer(`https://127.0.0.1:${await silentServer()}`);
    const argv = start(file, goodRoot());
    expectTranscript('cluster-silent', argv, await refused(argv), folders());
  });

  it('with credentials that the cluster does not know', async () => {
    const kubeconfig = await scratch.edited('kubeconfig', (text) =>
      text.replaceAll(/token: .*/g, 'token: wrong'),
    );
    const file = await scratch.edited('fleet.yaml', (text) =>
      text.replaceAll(/\S+kubeconfig$/gm, kubeconfig),
    );
    const argv = start(file, goodRoot());
    expectTranscript('cluster-unauthorized', argv, await refused(argv), folders());
  });

  it('with a token that the vault does not know', async () => {
    const argv = start(await fleetFileWithVault({ token: 'wrong' }), goodRoot());
    const ran = await refused(argv);
    expect(ran).toMatchObject({
      exit: 4,
      stderr: expect.stringContaining('[KEY_VAULT_UNAUTHORIZED]') as string,
    });
    expect(ran.stderr).not.toContain('wrong');
  });

  it('with an identity that may not read the vault', async () => {
    const vault = createVault({ name: 'kv-closed' });
    const { ca, ...tls } = localhostTls();
    const { url, close } = await vault.serve(tls);
    closing.push(close);
    vault.faults.add({ matches: () => true, effect: { kind: 'status', status: 403 } });
    const argv = start(await fleetFileWithVault({ url, ca, token: vault.tokenFor('meshturn') }), goodRoot());
    expectTranscript('vault-forbidden', argv, await refused(argv), folders());
    expect(vault.requests.list().filter(({ method }) => method !== 'GET')).toEqual([]);
  });

  it('with a vault where nothing listens', async () => {
    const file = await fleetFileWithVault({ url: `https://localhost:${await closedPort()}` });
    const argv = start(file, goodRoot());
    expectTranscript('vault-unreachable', argv, await refused(argv), folders());
  });

  it('by a process that ends as soon as it has said why', async () => {
    const file = await fleetFileWithVault({ url: `https://localhost:${await closedPort()}` });
    const cli = spawn(process.execPath, ['cli/main.ts', ...start(file, goodRoot())], { stdio: 'pipe' });
    const stderr = text(cli.stderr);
    const ended = once(cli, 'exit');
    expect(await stderr).toContain('[KEY_VAULT_UNAVAILABLE]');
    expect(await ended).toEqual([1, null]);
  });

  it('with an override without a reason', async () => {
    const argv = [...start(fleetFile(), goodRoot()), '--phases', '2', '--override', 'ROOT_IN_USE'];
    const ran = await refused(argv);
    expect(ran).toMatchObject({ exit: 64, stderr: expect.stringContaining('[REASON_MISSING]') as string });
  });

  it('in two phases, which break an invariant', async () => {
    const ran = await refused([...start(fleetFile(), goodRoot()), '--phases', '2']);
    expect(ran).toMatchObject({ exit: 1, stderr: expect.stringContaining('[INVARIANT_VIOLATED]') as string });
    expect(ran.stderr).toContain('ROOT_IN_USE');
  });

  it('where no Temporal server answers', async () => {
    const address = `127.0.0.1:${await closedPort()}`;
    const ran = await meshturn(start(fleetFile(), goodRoot()), async () =>
      rotationsOn(await connectClient({ address })),
    );
    expect(ran).toMatchObject({
      exit: 1,
      stderr: expect.stringContaining('[TEMPORAL_UNREACHABLE]') as string,
    });
  });

  it('by commands to a rotation that is not there', async () => {
    for (const command of ['retry', 'status', 'watch']) {
      const argv = ['rotation', command, 'demo/payments'];
      expectTranscript(`${command}-unknown`, argv, await refused(argv), folders());
    }
  });
});

describe('a rotation whose new CA is gone when it begins', () => {
  const progress = async () => {
    const seen = await environment.rotations.look({ fleet: 'demo', mesh: 'payments' });
    return seen.kind === 'live' ? seen.progress : undefined;
  };

  beforeAll(async () => {
    const root = await scratch.newRoot('vanishing', () => Promise.resolve());
    const ran = await meshturn(start(fleetFile(), root), {
      ...environment.rotations,
      start: async (input) => {
        await rm(join(root, 'root-cert.pem'));
        await environment.rotations.start(input);
      },
    });
    expect(ran).toMatchObject({ exit: 0, stdout: 'demo/payments started, rotation r-0a1b2c3d\n' });
    await eventually(async () => expect((await progress())?.state).toBe('stopped'));
  });

  it('stops with the name of the file, and writes nothing', async () => {
    expect((await progress())?.stopped).toMatchObject({
      code: 'NEW_CA_FILE_MISSING',
      message: expect.stringContaining('vanishing/root-cert.pem') as string,
    });
    expect(await versionsIn(vaults)).toEqual(before);
  });

  it('lets no other rotation of the mesh begin', async () => {
    const argv = start(fleetFile(), goodRoot());
    expectTranscript('rotation-running', argv, await refused(argv), folders());
    expect((await progress())?.id).toBe('r-0a1b2c3d');
    expect(await versionsIn(vaults)).toEqual(before);
  });

  it('refuses to go on in a cluster where nothing is stopped', async () => {
    const argv = ['rotation', 'retry', 'demo/payments', '--cluster', 'aks-nowhere'];
    const ran = await refused(argv);
    expect(ran).toMatchObject({ exit: 1, stderr: expect.stringContaining('[COMMAND_REFUSED]') as string });
  });
});
