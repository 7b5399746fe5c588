import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import type { Worker } from '@temporalio/worker';
import { expect } from 'vitest';
import type { Activities } from '../../activities/contract.ts';
import { type RotationInput, rotationWorkflowId } from '../../rotation/messages.ts';
import type { RotationProgress } from '../../rotation/progress.ts';
import { status } from '../../workflows/signals.ts';
import { eventually } from '../support/eventually.ts';
import { FakeMesh } from './fake-mesh.ts';
import type { Gate } from './gate.ts';
import { Harness } from './harness.ts';

type Name = keyof Activities;

/** A rotation of a mesh of its own, by whichever run of its workflow is the latest. */
export interface Begun {
  readonly handle: WorkflowHandle;
  readonly until: (is: Partial<RotationProgress>) => Promise<RotationProgress>;
}

/** Meshes whose rotations go on side by side, on one server in real time and by one worker. */
export class Meshes {
  readonly harness: Harness;
  readonly #activities = new Map<string, Activities>();
  #worker: { readonly worker: Worker; readonly running: Promise<void> } | undefined;

  private constructor(harness: Harness) {
    this.harness = harness;
  }

  static async open(): Promise<Meshes> {
    const meshes = new Meshes(await Harness.createLocal());
    const worker = await meshes.harness.worker(meshes.#all());
    meshes.#worker = { worker, running: worker.run() };
    return meshes;
  }

  async close(): Promise<void> {
    this.#worker?.worker.shutdown();
    await this.#worker?.running;
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

  /** Every activity; whose a call is, the mesh in its input tells. */
  #all(): Activities {
    const like = new FakeMesh({ units: [] }).activities();
    const isName = (name: string): name is Name => name in like;
    const calls = Object.keys(like)
      .filter(isName)
      .map((name) => [name, (input: never): Promise<unknown> => this.#of(input)[name](input)] as const);
    return { ...like, ...Object.fromEntries(calls) };
  }

  #of({ mesh }: { readonly mesh: string }): Activities {
    const own = this.#activities.get(mesh);
    if (own === undefined) throw new RangeError(`expected a mesh ${mesh}`);
    return own;
  }
}

export async function reached(gate: Gate | undefined): Promise<void> {
  await eventually(() => {
    expect(gate?.reached).toBe(true);
    return Promise.resolve();
  });
}
