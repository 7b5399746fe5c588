import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Activities } from '../../activities/contract.ts';
import { Problem } from '../../problems/problem.ts';
import { type UnitKey, unitWorkflowId } from '../../rotation/messages.ts';
import { retry, rollback, status } from '../../workflows/signals.ts';
import { eventually } from '../support/eventually.ts';
import { atOnce, FakeMesh } from './fake-mesh.ts';
import { Gate } from './gate.ts';
import { Harness, rotationInput } from './harness.ts';
import { reached } from './meshes.ts';

// Every run that is handed over takes its time on a server that skips none.
vi.setConfig({ testTimeout: 240_000 });

let harness: Harness;
beforeAll(async () => {
  harness = await Harness.createLocal();
});
afterAll(async () => {
  await harness.close();
});

const unit = 'aks-weu-1';
const six = Array.from({ length: 6 }, (_, index) => `aks-${String(index + 1).padStart(2, '0')}`);

function childOf({ id, mesh }: { id: string; mesh: string }, phase: UnitKey['phase']) {
  const key = { fleet: 'prod', mesh, rotationId: id, phase, step: { unit } };
  return harness.client.workflow.getHandle(unitWorkflowId(key));
}

describe('continue-as-new of a rotation', () => {
  it('happens within a phase, and loses no unit', async () => {
    const mesh = new FakeMesh({ units: six, limits: atOnce });
    const policy = { ...rotationInput().policy, waveWidth: 3 };
    const memo = await harness.with(mesh.activities(), async () => {
      const handle = await harness.start({ policy, continueEvery: 2 });
      const first = handle.firstExecutionRunId;
      const result = await handle.result();
      await expect(handle.describe()).resolves.not.toMatchObject({ runId: first });
      return result;
    });
    expect(memo.phases.map(({ done }) => done)).toEqual([6, 6, 6]);
    const writes = mesh.calls.filter((call) => call.startsWith('distribute') && call.includes('write'));
    expect(new Set(writes).size).toBe(6);
    expect(writes).toHaveLength(6);
  });

  it('asks nothing of clusters in the middle of a phase: one that is away then stops nobody else', async () => {
    const mesh = new FakeMesh({ units: six, limits: atOnce });
    const fake = mesh.activities();
    const looks: number[] = [];
    const listClusters = (input: Parameters<typeof fake.listClusters>[0]) => {
      looks.push(mesh.calls.length);
      return fake.listClusters(input);
    };
    const memo = await harness.with({ ...fake, listClusters }, async () =>
      (await harness.start({ continueEvery: 2 })).result(),
    );
    expect(memo.state).toBe('completed');
    // Once at the start, and once at the end of each phase.
    expect(looks).toHaveLength(4);
  });
});

describe('continue-as-new of a unit', () => {
  it('happens while it waits for renewals, and loses nothing that was written and proven', async () => {
    const mesh = new FakeMesh({
      units: [unit],
      workloads: { mode: 'renew' },
      limits: atOnce,
      renewEvery: 300,
    });
    await harness.with(mesh.activities(), async () => {
      const handle = await harness.start({ continueUnitEvery: 1 });
      await expect(handle.result()).resolves.toMatchObject({ state: 'completed', versionsWritten: 6 });
      const { phases, ...progress } = await handle.query(status);
      const child = childOf({ id: progress.id, mesh: progress.mesh }, 'distribute');
      const started = (await child.fetchHistory()).events?.[0]?.workflowExecutionStartedEventAttributes;
      expect(started?.continuedExecutionRunId).not.toBe('');
      const lines = phases[0]?.clusters[0]?.evidence ?? [];
      expect(lines.filter((line) => line.includes('written'))).toHaveLength(1);
      expect(lines.filter((line) => line.includes('istio-ca-root-cert right'))).toHaveLength(1);
    });
    expect(mesh.calls.filter((call) => call.endsWith('write add-roots'))).toHaveLength(1);
  });

  it('keeps a stopped cluster stopped until it may go on', async () => {
    const mesh = new FakeMesh({ units: [unit], limits: atOnce });
    const fake = mesh.activities();
    let stuck = true;
    const activities: Activities = {
      ...fake,
      restartStale: (input) =>
        stuck
          ? Promise.reject(new Problem('ROLLOUT_STUCK', { object: 'restarted workloads' }))
          : fake.restartStale(input),
    };
    await harness.with(activities, async () => {
      // After one look the run is long enough: the stop itself is carried over.
      const handle = await harness.start({ continueUnitEvery: 1 });
      const progress = await harness.until(handle, ({ state }) => state === 'stopped');
      const child = childOf(progress, 'distribute');
      // The stop is told before the run that it happened in ends.
      await eventually(async () => {
        const { events } = await child.fetchHistory();
        const started = events?.[0]?.workflowExecutionStartedEventAttributes;
        expect(started?.continuedExecutionRunId).not.toBe('');
      });
      stuck = false;
      await handle.executeUpdate(retry, { args: [undefined] });
      await expect(handle.result()).resolves.toMatchObject({ state: 'completed' });
    });
  });
});

describe('a barrier that is tried again and again', () => {
  it('goes on in a new run, and begins no phase anew', async () => {
    const mesh = new FakeMesh({ units: [unit], limits: atOnce });
    const fake = mesh.activities();
    let missing = true;
    const activities: Activities = {
      ...fake,
      inspectCa: (input) =>
        missing && mesh.calls.length > 0
          ? Promise.reject(new Problem('BAD_CERTIFICATE', { object: '/ca/root-cert.pem' }))
          : fake.inspectCa(input),
    };
    await harness.with(activities, async () => {
      // One for the unit, and one for the barrier that is tried again.
      const handle = await harness.start({ continueEvery: 2 });
      await harness.until(handle, ({ stopped }) => stopped?.code === 'BAD_CERTIFICATE');
      const { runId } = await handle.describe();
      await handle.executeUpdate(retry, { args: [undefined] });
      await harness.until(handle, ({ stopped }) => stopped?.code === 'BAD_CERTIFICATE');
      await expect(handle.describe()).resolves.not.toMatchObject({ runId });
      missing = false;
      await handle.executeUpdate(retry, { args: [undefined] });
      await expect(handle.result()).resolves.toMatchObject({ state: 'completed', versionsWritten: 6 });
    });
    expect(mesh.calls.filter((call) => call.includes('write add-roots'))).toHaveLength(1);
  });
});

describe('a run that a command ends', () => {
  it('does so in another task than the one that answers, which the server may refuse', async () => {
    const mesh = new FakeMesh({ units: [unit], limits: atOnce });
    const barrier = new Gate({ activity: 'inspectCa', passing: 1 });
    await harness.with(barrier.around(mesh.activities()), async () => {
      const handle = await harness.start();
      await reached(barrier);
      await handle.executeUpdate(rollback, { args: [undefined] });
      barrier.open();
      await expect(handle.result()).resolves.toMatchObject({ state: 'rolledBack' });
      const first = harness.client.workflow.getHandle(handle.workflowId, handle.firstExecutionRunId);
      const { events } = await first.fetchHistory();
      const answer = events?.find((event) => event.workflowExecutionUpdateCompletedEventAttributes);
      const end = events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes;
      expect(Number(end?.workflowTaskCompletedEventId)).toBeGreaterThan(Number(answer?.eventId));
    });
  });
});
