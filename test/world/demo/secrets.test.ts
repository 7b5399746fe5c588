import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { type Environment, startEnvironment } from '../../../cli/dev/environment.ts';
import type { Rotations } from '../../../cli/rotations.ts';
import { rotationWorkflowId } from '../../../rotation/messages.ts';
import { connectClient } from '../../../worker/connection.ts';
import { expectDescribed } from '../../cli/schemas/committed.ts';
import { meshturn } from '../../demo/command-line.ts';
import { type HistoryEvent, type Run, runsOf, tracesIn, tracesOfRuns } from '../../demo/history.ts';
import { LeakFinder, type Trace } from '../../demo/leaks.ts';
import type { Secret } from '../../demo/needles.ts';
import { plantInHistory } from '../../demo/plant.ts';
import { secretsIn, vaultsOf } from '../../demo/vaults.ts';
import { eventually } from '../../support/eventually.ts';

const name = { fleet: 'demo', mesh: 'payments' };
const mesh = 'demo/payments';
const largestResult = 16 * 1024;

let environment: Environment;
let client: Client;
let finder: LeakFinder;
let runs: readonly Run[] = [];
let secrets: readonly Secret[] = [];
/** What commands, the worker in this process and the Temporal server said on the way. */
const told: Trace[] = [];
const exits: number[] = [];
/** What commands printed for programs, a document each. */
const documents: string[] = [];

beforeAll(async () => {
  for (const stream of ['stdout', 'stderr'] as const) {
    const write = process[stream].write.bind(process[stream]);
    vi.spyOn(process[stream], 'write').mockImplementation((text, ...rest: []) => {
      told.push({ where: stream, text: Buffer.from(text).toString() });
      return write(text, ...rest);
    });
  }
  const say = (line: string) => told.push({ where: 'startEnvironment', text: line });
  environment = await startEnvironment({ clusters: 3, seed: 3, say });
  client = new Client(await connectClient({ address: environment.temporal.address }));
  await rotate();
  runs = await runsOf(client, rotationWorkflowId(name.fleet, name.mesh));
  secrets = [
    ...(await secretsIn(await vaultsOf(environment.fleet))),
    ...(await filesIn(environment.folder, /\.(pem|token)$/)),
    ...tokensIn(await readFile(join(environment.folder, 'kubeconfig'), 'utf8')),
  ];
  finder = new LeakFinder(secrets);
}, 240_000);

afterAll(async () => {
  vi.restoreAllMocks();
  await client.connection.close();
  await environment.close();
});

/** A whole rotation, continued as new often, with a stop on the way: a secret is disabled, and mended. */
async function rotate(): Promise<void> {
  const { rotations, simulation, fleet } = environment;
  const watched: Rotations = {
    ...rotations,
    start: (input) => rotations.start({ ...input, continueEvery: 2 }),
    look: async (name) => {
      await describeAll();
      return rotations.look(name);
    },
  };
  const run = async (...argv: string[]) => {
    const { stdout, stderr, exit } = await meshturn(argv, watched);
    told.push({ where: argv.join(' '), text: stdout }, { where: argv.join(' '), text: stderr });
    exits.push(exit);
    if (argv.at(-1) === 'json') documents.push(stdout);
    if (argv.at(-1) === 'jsonl') documents.push(...stdout.trimEnd().split('\n'));
  };
  const state = async () => {
    const seen = await rotations.look(name);
    return seen.kind === 'live' ? seen.progress : undefined;
  };

  await run('rotation', 'start', '-f', simulation.fleetFile, '--root', simulation.newCa.root);
  await eventually(async () => {
    await describeAll();
    expect((await state())?.phases[0]?.clusters[0]?.state).toBe('done');
  });
  const [vault] = await vaultsOf(fleet);
  const { properties } = (await vault?.getSecret('ca-key')) ?? {};
  const enable = async (enabled: boolean) =>
    vault?.updateSecretProperties('ca-key', properties?.version ?? '', { enabled });
  await enable(false);
  await eventually(async () => expect((await state())?.state).toBe('stopped'));
  await run('rotation', 'status', mesh);
  await run('rotation', 'status', mesh, '-o', 'json');
  await enable(true);
  await run('rotation', 'retry', mesh, '--reason', 'the secret is enabled again');
  await run('rotation', 'watch', mesh, '-o', 'jsonl');
  await run('rotation', 'watch', mesh);
  await run('rotation', 'status', mesh, '-o', 'json');
  await run('rotation', 'list');
}

/** What waits: a heartbeat's details are seen only while its activity runs. */
async function describeAll(): Promise<void> {
  for await (const { workflowId } of client.workflow.list({ query: "ExecutionStatus = 'Running'" })) {
    const { raw } = await client.workflow.getHandle(workflowId).describe();
    told.push(...tracesIn(`description of ${workflowId}`, raw));
  }
}

async function filesIn(folder: string, named: RegExp): Promise<{ name: string; text: string }[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile() && named.test(entry.name));
  return Promise.all(
    files.map(async (entry) => {
      const path = join(entry.parentPath, entry.name);
      return { name: path, text: await readFile(path, 'utf8') };
    }),
  );
}

function tokensIn(kubeconfig: string): Secret[] {
  return [...kubeconfig.matchAll(/token: (\S+)/g)].map(([, text = '']) => ({ name: 'kubeconfig', text }));
}

async function logs(): Promise<Trace[]> {
  return (await filesIn(environment.folder, /\.log$/)).map(({ name, text }) => ({ where: name, text }));
}

const events = (): readonly HistoryEvent[] => runs.flatMap((run) => run.events);

describe('a whole root rotation', () => {
  it('was seen in full: every run of it and of each unit, its logs, commands and heartbeats', async () => {
    expect(exits).toEqual([0, 1, 1, 0, 0, 0, 0, 0]);
    const ids = runs.map(({ workflowId }) => workflowId);
    expect(ids.filter((id) => id === rotationWorkflowId(name.fleet, name.mesh)).length).toBeGreaterThan(2);
    expect(new Set(ids).size).toBe(1 + 3 * 3);
    for (const { events } of runs) expect(events.at(-1)?.eventType).toBeGreaterThan(1);
    const told = new Set(events().flatMap((event) => Object.keys(event)));
    for (const part of ['Failed', 'Completed'].map((end) => `activityTask${end}EventAttributes`)) {
      expect(told).toContain(part);
    }
    expect(told).toContain('workflowExecutionSignaledEventAttributes');
    expect(told).toContain('workflowExecutionUpdateAcceptedEventAttributes');
    expect(told).toContain('upsertWorkflowSearchAttributesEventAttributes');
    expect((await logs()).map(({ where }) => where.split('/').at(-1)).sort()).toEqual([
      'simulation.log',
      'temporal.log',
      'worker.log',
    ]);
  });

  it('knows the secrets that were there to be leaked', () => {
    const keys = secrets.filter(({ text }) => text.includes('PRIVATE KEY'));
    // Old and new one of every cluster in its vault; the new ones and those not taken in folders.
    expect(new Set(keys.map(({ text }) => text)).size).toBe(3 * 3);
    expect(secrets.filter(({ text }) => !text.includes('BEGIN'))).toHaveLength(3 + 3);
  });

  it('leaves no key, certificate or token in any history', () => {
    expect(finder.leaksIn(tracesOfRuns(runs))).toEqual([]);
  });

  it('leaves none in logs, on terminals and in heartbeats', async () => {
    expect(told.some(({ where }) => where.endsWith('heartbeatDetails.payloads.data'))).toBe(true);
    expect(finder.leaksIn([...told, ...(await logs())])).toEqual([]);
  });

  it('leaves none in the evidence, which is kept of every run of it', async () => {
    const kept = await filesIn(join(environment.folder, 'evidence'), /./);
    const clusters = environment.fleet.meshes[0]?.clusters ?? [];
    const units = ['distribute', 'activate', 'revoke'].flatMap((phase) =>
      clusters.map(({ name }) => `units/${phase}/${name}.json`),
    );
    const phases = ['01-distribute', '02-activate', '03-revoke'].map((phase) => `phases/${phase}.json`);
    const short = kept.map(({ name }) => name.replace(/.*\/r-\w+\//, '').replace(/\.\w+\.json$/, '.json'));
    expect(short.sort()).toEqual(['start.json', 'end.json', ...phases, ...units].sort());
    expect(finder.leaksIn(kept.map(({ name, text }) => ({ where: name, text })))).toEqual([]);
    const end = kept.find(({ name }) => name.endsWith('/end.json'))?.text;
    const { commands } = z.object({ commands: z.unknown() }).parse(JSON.parse(end ?? ''));
    expect(commands).toMatchObject([
      { name: 'start' },
      { name: 'retry', reason: 'the secret is enabled again' },
    ]);
  });

  it('is told to programs as the schemas describe it, from its stop to its end', () => {
    const states = documents.map((document) => expectDescribed(document)['state']);
    expect(states[0]).toBe('stopped');
    expect(states.slice(-2)).toEqual(['completed', 'completed']);
    expect(states.length).toBeGreaterThan(5);
  });

  it('keeps every result of an activity within 16 KiB', () => {
    const { Payloads } = temporal.api.common.v1;
    const sizes = events().flatMap(({ activityTaskCompletedEventAttributes: completed }) =>
      completed?.result ? [Payloads.encode(completed.result).finish().length] : [],
    );
    expect(sizes.length).toBeGreaterThan(50);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(largestResult);
  });

  it('keeps keys in files of their owner only, in folders of their owner only', async () => {
    const all = await filesIn(environment.folder, /./);
    const tokens = tokensIn(all.find(({ name }) => name.endsWith('kubeconfig'))?.text ?? '');
    const secret = all.filter(
      ({ name, text }) =>
        text.includes('PRIVATE KEY') ||
        name.endsWith('.token') ||
        tokens.some((one) => text.includes(one.text)),
    );
    expect(secret).toHaveLength(3 + 3 + 3 + 1);
    for (const { name } of secret) {
      expect((await stat(name)).mode & 0o777, name).toBe(0o600);
      expect((await stat(join(name, '..'))).mode & 0o777, name).toBe(0o700);
    }
  });
});

describe('a leak', () => {
  it('is found in every part of a history', async () => {
    const key = secrets.find(({ text }) => text.includes('PRIVATE KEY'))?.text ?? '';
    const planted = await plantInHistory(client, key);
    const leaks = finder.leaksIn(tracesOfRuns(await runsOf(client, planted.workflowId)));
    const places = leaks.filter(({ what }) => what.includes('PRIVATE KEY')).map(({ where }) => where);
    for (const place of planted.places) {
      expect(
        places.some((where) => where.includes(place)),
        place,
      ).toBe(true);
    }
  });

  it('is found in a log', async () => {
    const file = join(environment.folder, 'planted.log');
    const { text = '' } = secrets.find(({ text }) => text.includes('BEGIN CERTIFICATE')) ?? {};
    await writeFile(file, JSON.stringify({ level: 30, msg: text.split('\n')[1] }));
    expect(finder.leaksIn(await logs())).toContainEqual({
      where: file,
      what: expect.stringContaining('CERTIFICATE of ') as string,
    });
    await rm(file);
  });
});
