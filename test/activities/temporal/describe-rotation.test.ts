import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeRotation } from '../../../activities/temporal/describe-rotation.ts';
import { describeUnits } from '../../../activities/temporal/describe-units.ts';
import { rotationWorkflowId, taskQueue, unitWorkflowId } from '../../../rotation/messages.ts';
import { Harness } from '../../workflows/harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await Harness.create();
});
afterAll(async () => {
  await harness.close();
});

/** A workflow that no worker takes up: it runs until it is terminated. */
async function started(workflowId: string, memo: Record<string, unknown> = {}) {
  return harness.client.workflow.start('none', { taskQueue: `${taskQueue}-none`, workflowId, memo });
}

describe('a rotation, asked after by one of its units', () => {
  it('runs while its workflow does, and under its own id only', async () => {
    const ref = { fleet: 'prod', mesh: randomUUID() };
    const ask = (rotationId: string) => describeRotation(harness.client, { ...ref, rotationId });
    await expect(ask('r1')).resolves.toEqual({ running: false, status: 'NOT_FOUND' });
    const handle = await started(rotationWorkflowId(ref.fleet, ref.mesh), { meshturn: { id: 'r1' } });
    await expect(ask('r1')).resolves.toEqual({ running: true, status: 'RUNNING' });
    await expect(ask('r2')).resolves.toEqual({ running: false, status: 'rotation r1 in its place' });
    await handle.terminate('by hand');
    await expect(ask('r1')).resolves.toEqual({ running: false, status: 'TERMINATED' });
  });

  it('does not run where one in its place has said nothing of itself yet', async () => {
    const ref = { fleet: 'prod', mesh: randomUUID() };
    await started(rotationWorkflowId(ref.fleet, ref.mesh));
    await expect(describeRotation(harness.client, { ...ref, rotationId: 'r1' })).resolves.toEqual({
      running: false,
      status: 'rotation that has only just started in its place',
    });
  });
});

describe('units, asked after by their rotation', () => {
  it('run, or are lost', async () => {
    const key = { fleet: 'prod', mesh: randomUUID(), rotationId: 'r1', phase: 'distribute' } as const;
    await started(unitWorkflowId({ ...key, step: { unit: 'weu' } }));
    const neu = await started(unitWorkflowId({ ...key, step: { unit: 'neu' } }));
    await neu.terminate('by hand');
    const units = ['weu', 'neu', 'eus'];
    await expect(describeUnits(harness.client, { ...key, units })).resolves.toEqual([
      { unit: 'weu', state: 'running', status: 'RUNNING' },
      { unit: 'neu', state: 'lost', status: 'TERMINATED' },
      { unit: 'eus', state: 'lost', status: 'NOT_FOUND' },
    ]);
  });
});
