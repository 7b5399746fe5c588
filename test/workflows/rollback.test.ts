import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import type { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Activities } from '../../activities/contract.ts';
import { Problem } from '../../problems/problem.ts';
import { rotationWorkflowId } from '../../rotation/messages.ts';
import type { RotationProgress } from '../../rotation/progress.ts';
import { abort, pause, resume, retry, rollback, status } from '../../workflows/signals.ts';
import { eventually } from '../support/eventually.ts';
import { caOf, fingerprint, rootA } from './fake-ca.ts';
import { atOnce, FakeMesh } from './fake-mesh.ts';
import { Gate, type Spot } from './gate.ts';
import { Harness, rotationInput } from './harness.ts';
import { Meshes } from './meshes.ts';

const meshes = new Meshes();
let harness: Harness;
let worker: Worker;
let running: Promise<void>;
beforeAll(async () => {
  harness = await Harness.createLocal();
  worker = await harness.worker(meshes.activities());
  running = worker.run();
});
afterAll(async () => {
  worker.shutdown();
  await running;
  await harness.close();
});

const units = ['aks-weu-1', 'aks-neu-1'];
const [unit] = units as [string];
const reason = 'partners are not ready';

interface Rolled {
  readonly mesh: FakeMesh;
  readonly handle: WorkflowHandle;
  readonly until: (is: Partial<RotationProgress>) => Promise<RotationProgress>;
}

/** A rotation that is told to go back at a spot, and goes on from there. */
async function rolledBackAt(
  spot: Spot,
  change: (fake: Activities) => Partial<Activities> = () => ({}),
): Promise<Rolled> {
  const name = `payments-${randomUUID().slice(0, 8)}`;
  const mesh = new FakeMesh({ units, limits: atOnce });
  const gate = new Gate(spot);
  const fake = mesh.activities();
  meshes.add(name, gate.around({ ...fake, ...change(fake) }));
  await harness.start({ mesh: name, rotationId: 'r-1' });
  // A handle of no run in particular: the way back is another.
  const handle = harness.client.workflow.getHandle(rotationWorkflowId('prod', name));
  const until = (is: Partial<RotationProgress>) =>
    eventually(async () => {
      const progress = await handle.query(status);
      expect(progress).toMatchObject(is);
      return progress;
    });
  await eventually(() => {
    expect(gate.reached).toBe(true);
    return Promise.resolve();
  });
  await handle.executeUpdate(rollback, { args: [{ reason }] });
  gate.open();
  return { mesh, handle, until };
}

function expectAsItWas(mesh: FakeMesh): void {
  for (const name of units) {
    const signer = fingerprint(`A ${name}`);
    const trust = { roots: [rootA], signer };
    expect(mesh.unit(name)).toMatchObject({ ...trust, chain: [signer], serves: trust, secondPlane: [rootA] });
    for (const proxy of mesh.unit(name).proxies) expect(proxy).toMatchObject(trust);
  }
}

const phases = ['distribute', 'activate', 'revoke'] as const;
const spots: readonly (Spot & { readonly where: string })[] = [
  ...phases.flatMap((phase) =>
    (['writeSource', 'awaitLoaded', 'restartStale'] as const).map((activity) => ({
      ...{ where: `${activity} of ${phase}`, activity, phase, unit },
    })),
  ),
  ...(['signer', 'trim-chain'] as const).map((stage) => ({
    ...{ where: `the write ${stage}`, activity: 'writeSource' as const, stage, unit },
  })),
  { where: 'the barrier before activate', activity: 'inspectCa', passing: 1 },
];

describe.concurrent('a rollback', () => {
  it.each(spots)('in $where leads every unit back to what it was', async (spot) => {
    const { mesh, handle, until } = await rolledBackAt(spot);
    await until({ state: 'rolledBack', id: 'r-1-back', rollsBack: 'r-1' });
    await expect(handle.result()).resolves.toMatchObject({ state: 'rolledBack', rollsBack: 'r-1' });
    expectAsItWas(mesh);
  });

  it('keeps the evidence of both ways, each under its own id', async () => {
    const kept: [string, string][] = [];
    const { until } = await rolledBackAt({ activity: 'awaitLoaded', phase: 'activate', unit }, (fake) => ({
      storeEvidence: (input) => {
        const { document, rotationId } = input;
        if (document.kind === 'start' || document.kind === 'end')
          kept.push([
            rotationId,
            'state' in document ? document.state : (document.rollsBack ?? document.kind),
          ]);
        return fake.storeEvidence(input);
      },
    }));
    await until({ state: 'rolledBack' });
    expect(kept).toEqual([
      ['r-1', 'start'],
      ['r-1', 'turnedBack'],
      ['r-1-back', 'r-1'],
      ['r-1-back', 'rolledBack'],
    ]);
  });

  it('ends where an abort takes its place, on the way back too, and says in which state', async () => {
    let held: Gate | undefined;
    const { handle, until } = await rolledBackAt(
      { activity: 'awaitLoaded', phase: 'revoke', unit },
      (fake) => {
        held = new Gate({ activity: 'awaitSynced', phase: 'distribute', unit });
        const gated = held.around(fake);
        const isBack = (id: string) => id.endsWith('-back');
        return {
          awaitSynced: (input) => (isBack(input.rotationId) ? gated : fake).awaitSynced(input),
        };
      },
    );
    await eventually(() => {
      expect(held?.reached).toBe(true);
      return Promise.resolve();
    });
    await handle.executeUpdate(abort, { args: [undefined] });
    held?.open();
    const { standing } = await until({ state: 'aborted' });
    expect(standing?.units.map(({ state }) => state).toSorted()).toEqual(['S2', 'S2']);
    expect(standing?.unsafe).toEqual([]);
  });

  it('stops where the way back is forbidden, and goes on when that is mended', async () => {
    let expired = true;
    const { mesh, handle, until } = await rolledBackAt(
      { activity: 'awaitLoaded', phase: 'revoke', unit },
      (fake) => ({
        inspectCa: async (input) => {
          if (!('before' in input.ca) || !expired) return fake.inspectCa(input);
          const ca = caOf(input.ca, units);
          const notAfter = '2021-01-01T00:00:00.000Z';
          return { ...ca, certificates: ca.certificates.map((fact) => ({ ...fact, notAfter })) };
        },
      }),
    );
    const { stopped } = await until({ state: 'stopped', rollsBack: 'r-1' });
    expect(stopped).toMatchObject({ code: 'INVARIANT_VIOLATED' });
    await expect(handle.executeUpdate(rollback, { args: [undefined] })).rejects.toMatchObject({
      cause: { message: 'it is on its way back already' },
    });
    expired = false;
    await handle.executeUpdate(retry, { args: [undefined] });
    await until({ state: 'rolledBack' });
    expectAsItWas(mesh);
  });

  it('can be paused, and is refused where it is asked for again', async () => {
    const { mesh, handle, until } = await rolledBackAt({ activity: 'awaitLoaded', phase: 'activate', unit });
    await until({ state: 'rollingBack' });
    await handle.executeUpdate(pause, { args: [undefined] });
    await until({ state: 'paused' });
    await expect(handle.executeUpdate(rollback, { args: [undefined] })).rejects.toMatchObject({
      cause: { message: 'it is on its way back already' },
    });
    await handle.executeUpdate(resume, { args: [undefined] });
    await until({ state: 'rolledBack' });
    expectAsItWas(mesh);
  });

  it('is refused where it would bring back a root that is marked compromised', async () => {
    const name = `payments-${randomUUID().slice(0, 8)}`;
    const gate = new Gate({ activity: 'awaitLoaded', phase: 'distribute', unit });
    meshes.add(name, gate.around(new FakeMesh({ units, limits: atOnce }).activities()));
    const { policy } = rotationInput();
    const handle = await harness.start({ mesh: name, policy: { ...policy, compromised: [rootA] } });
    await eventually(() => {
      expect(gate.reached).toBe(true);
      return Promise.resolve();
    });
    await expect(handle.executeUpdate(rollback, { args: [undefined] })).rejects.toMatchObject({
      cause: { message: 'CN=A is marked compromised and must never come back' },
    });
    gate.open();
    await expect(handle.result()).resolves.toMatchObject({ state: 'completed' });
  });

  it('takes an object for what it was when a write of it is refused', async () => {
    let forbidden = true;
    const { mesh, handle, until } = await rolledBackAt(
      { activity: 'awaitLoaded', phase: 'activate', unit },
      (fake) => ({
        writeSource: (input) =>
          forbidden && input.rotationId === 'r-1-back'
            ? Promise.reject(new Problem('KEY_VAULT_FORBIDDEN', { object: 'secret root-cert' }))
            : fake.writeSource(input),
      }),
    );
    await until({ state: 'stopped', rollsBack: 'r-1' });
    forbidden = false;
    await handle.executeUpdate(retry, { args: [undefined] });
    await until({ state: 'rolledBack' });
    expectAsItWas(mesh);
  });
});
