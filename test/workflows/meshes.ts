import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { expect } from 'vitest';
import type { Activities } from '../../activities/contract.ts';
import { type RotationInput, rotationWorkflowId } from '../../rotation/messages.ts';
import type { RotationProgress } from '../../rotation/progress.ts';
import { status } from '../../workflows/signals.ts';
import { eventually } from '../support/eventually.ts';
import type { Gate } from './gate.ts';
import { Harness } from './harness.ts';
import { SharedWorker } from './shared-worker.ts';

/** A rotation of a mesh of its own, by whichever run of its workflow is the latest. */
export interface Begun {
  readonly handle: WorkflowHandle;
  readonly until: (is: Partial<RotationProgress>) => Promise<RotationProgress>;
}

/** Meshes whose rotations go on side by side, on one server in real time and by one worker. */
export class Meshes {
  readonly harness: Harness;
  readonly #activities: Map<string, Activities>;
  readonly #worker: SharedWorker;

  private constructor(harness: Harness, activities: Map<string, Activities>, worker: SharedWorker) {
    this.harness = harness;
    this.#activities = activities;
    this.#worker = worker;
  }

  static async open(): Promise<Meshes> {
    const harness = await Harness.createLocal();
    const activities = new Map<string, Activities>();
    const worker = await SharedWorker.start(
      (all) => harness.worker(all),
      ({ mesh }) => activities.get(mesh) ?? {},
    );
    return new Meshes(harness, activities, worker);
  }

  async close(): Promise<void> {
    await this.#worker.close();
    await this.harness.close();
  }

  async begin(activities: Activities, input: Partial<RotationInput> = {}): Promise<Begun> {
    const mesh = `payments-${randomUUID().slice(0, 8)}`;
    this.#activities.set(mesh, activities);
    await this.harness.start({ rotationId: 'r-1', ...input, mesh });
    // Of no run in particular: a rotation continues as new.
    const handle = this.harness.client.workflow.getHandle(rotationWorkflowId('prod', mesh));
    const until = (is: Partial<RotationProgress>) =>
      eventually(async () => {
        const progress = await handle.query(status);
        expect(progress).toMatchObject(is);
        return progress;
      });
    return { handle, until };
  }
}

export async function reached(gate: Gate | undefined): Promise<void> {
  await eventually(() => {
    expect(gate?.reached).toBe(true);
    return Promise.resolve();
  });
}
