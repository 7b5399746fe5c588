import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { guarded } from '../../activities/failure.ts';
import type { RotationProgress } from '../../rotation/progress.ts';
import { workflowBundle } from '../support/workflow-bundle.ts';
import { connectClient, connectWorker } from '../../worker/connection.ts';
import { type DevServer, startDevServer } from '../../worker/dev-server.ts';
import { resolveTemporalCli } from '../../worker/temporal-binary/resolve.ts';
import { rotateFleet } from '../../workflows/rotate-fleet.ts';
import { status } from '../../workflows/signals.ts';
import { FakeMesh } from '../workflows/fake-mesh.ts';
import { rotationInput } from '../workflows/harness.ts';
import { eventually } from '../support/eventually.ts';
import { quietRuntime } from '../support/quiet-runtime.ts';

const taskQueue = 'meshturn';
let server: DevServer;

beforeAll(async () => {
  quietRuntime();
  const { path } = await resolveTemporalCli({ downloads: true });
  server = await startDevServer({ path, folder: await mkdtemp(join(tmpdir(), 'meshturn-handover-')) });
});
afterAll(async () => {
  await server.stop();
});

describe('a worker that ends', () => {
  it('is followed by another, which goes on where it was, over continue-as-new too', async () => {
    const units = ['aks-weu-1', 'aks-neu-1', 'aks-eus-1', 'aks-sea-1'];
    const mesh = new FakeMesh({ units, limits: { kubeletPropagation: 1, censusEvery: 1 } });
    const ref = await connectClient(server);
    const { connection } = await connectWorker(server);
    const bundled = { workflowBundle: await workflowBundle() };
    const worker = () =>
      Worker.create({
        ...{ connection, taskQueue, ...bundled, activities: guarded(mesh.activities()) },
        stickyQueueScheduleToStartTimeout: '500ms',
      });
    const input = rotationInput({ continueEvery: 3 });
    const workflowId = `rotation/prod/${input.mesh}`;
    const handle = await new Client(ref).workflow.start(rotateFleet, {
      taskQueue,
      workflowId,
      args: [input],
    });
    const underWay = ({ phases }: RotationProgress) => phases.some(({ state }) => state === 'running');
    await (
      await worker()
    ).runUntil(eventually(async () => expect(underWay(await handle.query(status))).toBe(true)));
    const memo = await (await worker()).runUntil(handle.result());
    expect(memo.phases.map(({ done }) => done)).toEqual([4, 4, 4]);
    expect(mesh.calls.filter((call) => call.includes('write add-roots'))).toHaveLength(4);
    // What the list in the UI shows is carried from run to run.
    const { memo: shown, typedSearchAttributes } = await handle.describe();
    expect(shown).toMatchObject({ meshturn: { state: 'completed' } });
    expect(typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value])).toContainEqual([
      'MeshturnState',
      'completed',
    ]);
    await connection.close();
    await ref.connection.close();
  });
});
