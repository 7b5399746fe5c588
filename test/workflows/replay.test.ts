import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { unitWorkflowId } from '../../rotation/messages.ts';
import { bundleWorkflows } from '../../worker/bundle.ts';
import { FakeMesh } from './fake-mesh.ts';
import { Harness } from './harness.ts';

/** Histories of released versions. A changed workflow must still go through each of them, or use `patched()`. */
const folder = new URL('../histories/', import.meta.url);

/** Made anew by `UPDATE_HISTORIES=1`: only where no rotation of the version before can still be running. */
async function record(): Promise<void> {
  const harness = await Harness.create();
  const mesh = new FakeMesh({ units: ['aks-weu-1', 'aks-neu-1'] });
  await harness.with(mesh.activities(), async () => {
    const handle = await harness.start({ mesh: 'payments', rotationId: 'r1', continueEvery: 1 });
    const first = handle.firstExecutionRunId;
    await handle.result();
    const key = { fleet: 'prod', mesh: 'payments', rotationId: 'r1', phase: 'activate' } as const;
    const unit = unitWorkflowId({ ...key, step: { unit: 'aks-weu-1' } });
    await save('rotate-fleet-first', harness, handle.workflowId, first);
    await save('rotate-fleet-last', harness, handle.workflowId);
    await save('advance-unit', harness, unit);
  });
  await harness.close();
}

async function save(name: string, harness: Harness, workflowId: string, runId?: string): Promise<void> {
  const history = await harness.client.workflow.getHandle(workflowId, runId).fetchHistory();
  await mkdir(folder, { recursive: true });
  const json = historyToJSON(history).replaceAll(/"identity": ?"[^"]*"/g, '"identity":"recorded"');
  await writeFile(new URL(`${name}.json`, folder), json);
}

const historyFile = z.object({ events: z.array(z.unknown()) });

describe('recorded histories', () => {
  it('are gone through by the workflows as they are now', async () => {
    if (process.env['UPDATE_HISTORIES'] === '1') await record();
    else Runtime.install({ logger: new DefaultLogger('ERROR') });
    const workflowBundle = await bundleWorkflows();
    const files = (await readdir(folder)).filter((file) => file.endsWith('.json'));
    const histories = await Promise.all(
      files.map(async (file) => {
        const history = historyFile.parse(JSON.parse(await readFile(new URL(file, folder), 'utf8')));
        return { workflowId: file, history };
      }),
    );
    const errors: Record<string, string | undefined> = {};
    for await (const { workflowId, error } of Worker.runReplayHistories({ workflowBundle }, histories)) {
      errors[workflowId] = error?.message;
    }
    expect(errors).toEqual(Object.fromEntries(files.map((file) => [file, undefined])));
    expect(files.length).toBeGreaterThanOrEqual(3);
  });
});
