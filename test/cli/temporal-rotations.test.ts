import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Client } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Activities } from '../../activities/contract.ts';
import { createTemporalActivities } from '../../activities/temporal/activities.ts';
import { guarded } from '../../activities/failure.ts';
import type { Rotations } from '../../cli/rotations.ts';
import { rotationsOn } from '../../cli/temporal-rotations.ts';
import { Problem } from '../../problems/problem.ts';
import { rotationWorkflowId, taskQueue } from '../../rotation/messages.ts';
import { workflowBundle } from '../support/workflow-bundle.ts';
import { quietRuntime } from '../support/quiet-runtime.ts';
import { connectClient } from '../../worker/connection.ts';
import { type DevServer, startDevServer } from '../../worker/dev-server.ts';
import { resolveTemporalCli } from '../../worker/temporal-binary/resolve.ts';
import { FakeMesh } from '../workflows/fake-mesh.ts';
import { Gate } from '../workflows/gate.ts';
import { rotationInput } from '../workflows/harness.ts';
import { reached } from '../workflows/meshes.ts';
import { expectDescribed } from './schemas/committed.ts';
import { fleetFile, session, type World } from './session.ts';

let folder: string;
let server: DevServer;
let connection: NativeConnection;
let ref: Awaited<ReturnType<typeof connectClient>>;
let rotations: Rotations;
let bundle: { codePath: string };

beforeAll(async () => {
  quietRuntime();
  folder = await mkdtemp(join(tmpdir(), 'meshturn-cli-'));
  const { path } = await resolveTemporalCli({ downloads: true });
  server = await startDevServer({ path, folder });
  ref = await connectClient(server);
  rotations = rotationsOn(ref);
  connection = await NativeConnection.connect({ address: server.address });
  bundle = await workflowBundle();
});
afterAll(async () => {
  await connection.close();
  await ref.connection.close();
  await server.stop();
  await rm(folder, { recursive: true });
});

function worldOf(activities: Activities): World {
  return {
    rotations,
    observe: activities,
    // Ten times as fast, so that a test need not wait for the next look.
    pause: (milliseconds) => setTimeout(milliseconds / 10),
  };
}

function worker(activities: Activities): Promise<Worker> {
  return Worker.create({
    ...{ connection, taskQueue, workflowBundle: bundle, activities: guarded(activities) },
    // Else a query waits for a worker that is no more, for ten seconds.
    stickyQueueScheduleToStartTimeout: '500ms',
  });
}

const start = ['rotation', 'start', '-f', fleetFile, '--root', './root-b'];
const status = ['rotation', 'status', 'prod/payments', '-o', 'json'];
const units = ['aks-weu-1', 'aks-neu-1', 'aks-eus-1'];

describe('a rotation on a Temporal server', () => {
  it('waits for a worker, is stopped and told to go on, and ends as it was planned', async () => {
    const activities = new FakeMesh({ units, limits: { kubeletPropagation: 0 } }).activities();
    const world = worldOf(activities);
    expect(await session(['rotation', 'status', 'prod/payments'], world)).toMatchObject({ exit: 1 });

    expect(await session(start, world)).toMatchObject({
      exit: 0,
      stdout: 'prod/payments started, rotation r-0a1b2c3d\n',
    });
    const again = await session(start, world);
    expect(again).toMatchObject({ exit: 1, stdout: '' });
    expect(again.stderr).toContain(
      '[ROTATION_RUNNING]\n  expected none under way\n  found    workflow rotation/prod/payments\n  hint: watch it: meshturn rotation watch prod/payments',
    );
    const alone = await session(['rotation', 'status', 'prod/payments'], world);
    expect(alone).toMatchObject({ exit: 8 });
    expect(alone.stdout).toContain('no worker has taken it up yet');

    let forbidden = true;
    const writeSource: Activities['writeSource'] = (input) => {
      if (!forbidden || input.unit !== 'aks-eus-1') return activities.writeSource(input);
      throw new Problem('KEY_VAULT_FORBIDDEN', { object: 'secret root-cert in https://kv-eus.example' });
    };
    const running = await worker({ ...activities, writeSource });
    await running.runUntil(async () => {
      const stopped = await session(['rotation', 'watch', 'prod/payments'], world);
      expect(stopped.exit).toBe(1);
      expect(stopped.stdout).toContain('distribute aks-weu-1 converged 4/4');
      expect(stopped.stdout).toContain('then: meshturn rotation retry prod/payments --cluster aks-eus-1');
      expect(expectDescribed((await session(status, world)).stdout)).toMatchObject({ state: 'stopped' });

      const other = await session(['rotation', 'retry', 'prod/payments', '--cluster', 'aks-weu-1'], world);
      expect(other).toMatchObject({ exit: 1 });
      expect(other.stderr).toContain('[COMMAND_REFUSED]\n  found    cluster aks-weu-1 is not stopped');

      forbidden = false;
      const told = await session(['rotation', 'retry', 'prod/payments', '--cluster', 'aks-eus-1'], world);
      expect(told).toMatchObject({ exit: 0 });
      const stream = await session(['rotation', 'watch', 'prod/payments', '-o', 'jsonl'], world);
      const lines = stream.stdout.trimEnd().split('\n').map(expectDescribed);
      expect(lines.at(-1)).toMatchObject({ state: 'completed' });
      const followed = await session(['rotation', 'watch', 'prod/payments'], world);
      expect(followed.exit).toBe(0);
      expect(followed.stdout).toMatch(
        /✔ prod\/payments completed in \d+s\nA is trusted nowhere, B everywhere/,
      );
      expect(followed.stdout).toContain('12/12 proxies, 3/3 clusters');
    });

    // Nobody answers for it any more, and it is still known how it ended.
    const afterwards = await session(['rotation', 'status', 'prod/payments'], world);
    expect(afterwards).toMatchObject({ exit: 0 });
    expect(afterwards.stderr).toContain('No worker answers');
    expect(afterwards.stdout).toMatch(/root rotation r-0a1b2c3d · completed/);
    expect(expectDescribed((await session(status, world)).stdout)).toMatchObject({ state: 'completed' });
    const late = await session(['rotation', 'retry', 'prod/payments'], world);
    expect(late.stderr).toContain('[COMMAND_REFUSED]\n  found    a rotation that has ended');
    const listed = await session(['rotation', 'list'], world);
    expect(listed.stdout).toMatch(/prod\/payments {2}root {2}.* {2}completed/);
    expectDescribed((await session(['rotation', 'list', '-o', 'json'], world)).stdout);
  }, 120_000);

  it('is told as terminated, by a worker and without one, and led back by the command alone', async () => {
    const client = new Client({ connection: ref.connection });
    const fake = {
      ...new FakeMesh({ units, limits: { kubeletPropagation: 0 } }).activities(),
      // The units ask in earnest whether their rotation still runs.
      ...createTemporalActivities({ client }),
    };
    const gate = new Gate({ activity: 'awaitSynced', phase: 'activate', unit: 'aks-weu-1' });
    const world = worldOf(fake);
    const watch = ['rotation', 'watch', 'prod/payments'];
    const back = ['rotation', 'rollback', 'prod/payments', '-f', fleetFile, '--yes'];
    const running = await worker(gate.around(fake));
    await running.runUntil(async () => {
      expect(await session(start, world)).toMatchObject({ exit: 0 });
      await reached(gate);
      await client.workflow.getHandle('rotation/prod/payments').terminate('pressed by mistake');
      gate.open();
      const told = await session(['rotation', 'status', 'prod/payments'], world);
      expect(told).toMatchObject({ exit: 1 });
      expect(told.stdout).toContain('phase 2 of 3 activate, terminated');
      expect(told.stdout).toContain('prod/payments was terminated in Temporal at');
      expect(expectDescribed((await session(status, world)).stdout)).toMatchObject({ state: 'terminated' });
      expect(await session(watch, world)).toMatchObject({ exit: 1 });
      const paused = await session(['rotation', 'pause', 'prod/payments'], world);
      expect(paused.stderr).toContain('[COMMAND_REFUSED]\n  found    it was terminated in Temporal');
      const listed = await session(['rotation', 'list'], world);
      expect(listed.stdout).toMatch(/prod\/payments {2}root {2}.* {2}terminated/);
    });

    const left = await session(['rotation', 'status', 'prod/payments'], world);
    expect(left).toMatchObject({ exit: 1 });
    expect(left.stdout).toMatch(/root rotation r-0a1b2c3d · terminated .* · what follows is as of/);
    expect(expectDescribed((await session(status, world)).stdout)).toMatchObject({ state: 'terminated' });
    expect(await session(watch, world)).toMatchObject({ exit: 1 });

    expect(await session(back, { ...world, rotationId: 'r-ffffffff' })).toMatchObject({ exit: 0 });
    const again = await worker(fake);
    await again.runUntil(async () => {
      expect((await session(watch, world)).stdout).toContain('prod/payments was rolled back');
    });
  }, 120_000);

  it('is told as terminated where no worker had taken it up, and has nothing to lead back', async () => {
    const world = worldOf(new FakeMesh({ units }).activities());
    expect(await session(start, world)).toMatchObject({ exit: 0 });
    await new Client({ connection: ref.connection }).workflow
      .getHandle('rotation/prod/payments')
      .terminate('before it began');
    const told = await session(['rotation', 'status', 'prod/payments'], world);
    expect(told).toMatchObject({ exit: 1 });
    expect(told.stdout).toContain('before a worker took it up: nothing was written');
    const back = await session(['rotation', 'rollback', 'prod/payments', '-f', fleetFile, '--yes'], world);
    expect(back.stderr).toContain('[COMMAND_REFUSED]');
  }, 60_000);

  it('is unknown for a mesh that has had none', async () => {
    const { stderr, exit } = await session(['rotation', 'watch', 'prod/orders'], { rotations });
    expect(stderr).toContain('prod/orders: there is no rotation of this mesh   [ROTATION_UNKNOWN]');
    expect(exit).toBe(1);
  });
});

it('lists a rotation that went on in new runs once, with its beginning and its end; each is known by its memo', async () => {
  const activities = new FakeMesh({ units, limits: { kubeletPropagation: 0 } }).activities();
  const { workflow } = new Client(ref);
  const input = rotationInput({ mesh: 'long', continueEvery: 1 });
  await rotations.start(input);
  const handle = workflow.getHandle(rotationWorkflowId(input.fleet, input.mesh));
  const first = (await handle.describe()).runId;
  const running = await worker(activities);
  await running.runUntil(handle.result());
  const last = await handle.describe();
  expect(last.runId).not.toBe(first);
  // Units that ask who runs before the first task of a run is done must know it.
  const [started] = (await handle.fetchHistory()).events ?? [];
  expect(started?.workflowExecutionStartedEventAttributes?.memo?.fields).toHaveProperty('meshturn');
  await vi.waitFor(async () => {
    const rows = (await rotations.list()).filter(({ mesh }) => mesh === 'long');
    expect(rows).toMatchObject([{ state: 'completed', endedAt: expect.any(String) as string }]);
    expect(Date.parse(rows[0]?.startedAt ?? '')).toBeLessThan(last.startTime.getTime());
  });
});
