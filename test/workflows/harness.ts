import { randomUUID } from 'node:crypto';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { expect } from 'vitest';
import type { Activities } from '../../activities/contract.ts';
import { guarded } from '../../activities/failure.ts';
import { type RotationInput, rotationWorkflowId, taskQueue } from '../../rotation/messages.ts';
import type { RotationProgress } from '../../rotation/progress.ts';
import { workflowBundle } from '../support/workflow-bundle.ts';
import { addSearchAttributes } from '../../worker/namespace.ts';
import { resolveTemporalCli, resolveTestServer } from '../../worker/temporal-binary/resolve.ts';
import { rotateFleet } from '../../workflows/rotate-fleet.ts';
import { status } from '../../workflows/signals.ts';
import { newCa } from './fake-ca.ts';
import { eventually } from '../support/eventually.ts';
import { quietRuntime } from '../support/quiet-runtime.ts';
import { SharedWorker } from './shared-worker.ts';

/** The largest payload that an activity may leave in a history. */
export const largestResult = 16 * 1024;

interface PayloadSizes {
  readonly results: number[];
  readonly inputs: number[];
  readonly children: number[];
}

/** A server that skips over time, and the workflow code to run on it. */
export class Harness {
  readonly env: TestWorkflowEnvironment;
  readonly #workflowBundle: { codePath: string };
  #shared: SharedWorker | undefined;
  #activities: Partial<Activities> = {};

  private constructor(env: TestWorkflowEnvironment, workflowBundle: { codePath: string }) {
    this.env = env;
    this.#workflowBundle = workflowBundle;
  }

  /** On the server that skips over time. */
  static async create(): Promise<Harness> {
    const { path } = await resolveTestServer({ downloads: true });
    const executable = { type: 'existing-path', path } as const;
    return Harness.#over(() => TestWorkflowEnvironment.createTimeSkipping({ server: { executable } }));
  }

  /**
   * On a dev server, in real time, for rotations that continue as new: after that the other server may let no time
   * pass by itself for a while.
   */
  static async createLocal(): Promise<Harness> {
    const { path } = await resolveTemporalCli({ downloads: true });
    const executable = { type: 'existing-path', path } as const;
    return Harness.#over(() => TestWorkflowEnvironment.createLocal({ server: { executable } }));
  }

  static async #over(start: () => Promise<TestWorkflowEnvironment>): Promise<Harness> {
    quietRuntime();
    const env = await start();
    await addSearchAttributes({ connection: env.connection, namespace: 'default' });
    return new Harness(env, await workflowBundle());
  }

  get client(): Client {
    return this.env.client;
  }

  async worker(activities: Partial<Activities>): Promise<Worker> {
    return Worker.create({
      connection: this.env.nativeConnection,
      taskQueue,
      workflowBundle: this.#workflowBundle,
      activities: guarded(activities),
      // What an earlier test left running must not be waited for where its worker was.
      stickyQueueScheduleToStartTimeout: '500ms',
      // Where a test fails with a gate shut, the failure is told and not the time it took.
      ...{ shutdownGraceTime: '2s', shutdownForceTime: '10s' },
    });
  }

  /** Runs `test` beside a worker with these activities, which is gone afterwards. */
  async withOwn<T>(activities: Partial<Activities>, test: () => Promise<T>): Promise<T> {
    const worker = await this.worker(activities);
    return worker.runUntil(test);
  }

  /** Runs `test` beside the one worker of all such tests, with these activities: a new one takes half a second. */
  async with<T>(activities: Partial<Activities>, test: () => Promise<T>): Promise<T> {
    this.#activities = activities;
    this.#shared ??= await SharedWorker.start(
      (all) => this.worker(all),
      () => this.#activities,
    );
    return this.#shared.beside(test);
  }

  /** The server's own clock, in milliseconds. */
  readonly clock = (): Promise<number> => this.env.currentTimeMs();

  async start(more: Partial<RotationInput> = {}) {
    const input = rotationInput(more);
    const workflowId = rotationWorkflowId(input.fleet, input.mesh);
    return this.client.workflow.start(rotateFleet, { taskQueue, workflowId, args: [input] });
  }

  /** The sizes in bytes of all activity results, of what the run was started with, and its children were. */
  async payloadSizes(workflowId: string, runId?: string): Promise<PayloadSizes> {
    const history = await this.client.workflow.getHandle(workflowId, runId).fetchHistory();
    const sizes: PayloadSizes = { results: [], inputs: [], children: [] };
    for (const event of history.events ?? []) {
      const result = event.activityTaskCompletedEventAttributes?.result;
      if (result) sizes.results.push(sizeOf(result));
      const input = event.workflowExecutionStartedEventAttributes?.input;
      if (input) sizes.inputs.push(sizeOf(input));
      const child = event.startChildWorkflowExecutionInitiatedEventAttributes?.input;
      if (child) sizes.children.push(sizeOf(child));
    }
    return sizes;
  }

  /** Lets the server's time go on until the rotation's state is such, and returns it. */
  async until(
    handle: Pick<WorkflowHandle, 'query'>,
    is: (progress: RotationProgress) => boolean | Promise<boolean>,
  ): Promise<RotationProgress> {
    const look = async () => {
      if (this.env.supportsTimeSkipping) await this.env.sleep('10s');
      const progress = await handle.query(status);
      expect(await is(progress), JSON.stringify(progress.phases[0] ?? progress)).toBe(true);
      return progress;
    };
    return eventually(look);
  }

  /** The test server stands still for ever where a run is ended within one of its tasks: a query waits for that. */
  async end(handle: Pick<WorkflowHandle, 'query' | 'terminate'>): Promise<void> {
    await handle.query('__stack_trace');
    await handle.terminate('the end of the test');
  }

  async close(): Promise<void> {
    await this.#shared?.close();
    await this.env.teardown();
  }
}

export function rotationInput(more: Partial<RotationInput> = {}): RotationInput {
  const policy = {
    phases: 'three',
    chain: 'beforeKey',
    waveWidth: 10,
    expectedSeconds: 3600,
    compromised: [],
    overrides: [],
  } as const;
  // A mesh of its own, so that a rotation which a failing test leaves behind is in nobody's way.
  const mesh = `payments-${randomUUID().slice(0, 8)}`;
  return { fleet: 'prod', mesh, rotationId: randomUUID(), ca: newCa, policy, ...more };
}

function sizeOf(payloads: temporal.api.common.v1.IPayloads): number {
  return temporal.api.common.v1.Payloads.encode(payloads).finish().length;
}
