import type { z } from 'zod';
import type { KubeObject } from '../world.ts';
import { type containerView, podView } from './views.ts';

/** How a run of a pod's program ended. */
export interface Ended {
  readonly exitCode: number;
  readonly startedAt: string;
  readonly finishedAt: string;
}

/** What kubelet knows of a pod's program; one program stands for all containers. */
export interface PodState {
  readonly run:
    | { readonly is: 'waiting'; readonly reason: 'ContainerCreating' | 'CrashLoopBackOff' }
    | { readonly is: 'running'; readonly ready: boolean; readonly startedAt: string }
    | ({ readonly is: 'ended' } & Ended);
  readonly restarts: number;
  readonly lastEnd?: Ended;
  readonly startTime: string;
  readonly podIP?: string;
}

type Container = z.infer<typeof containerView>;

/** Conditions that kubelet writes; those of others, such as DisruptionTarget, stay. */
const own: readonly string[] = ['PodScheduled', 'Initialized', 'ContainersReady', 'Ready'];

/** The status of a pod, as kubelet writes it: phase, conditions, and one entry for each container. */
export function podStatus(pod: KubeObject, state: PodState, at: string): Readonly<Record<string, unknown>> {
  const { spec, status } = podView.parse(pod);
  const { run, podIP, startTime } = state;
  const ready = run.is === 'running' && run.ready;
  const phase = phaseOf(run);
  const condition = (type: string, holds: boolean): unknown => {
    const old = status.conditions.find((each) => each.type === type);
    const value = holds ? 'True' : 'False';
    if (old?.status === value) return old;
    const reason = phase === 'Succeeded' ? 'PodCompleted' : 'ContainersNotReady';
    return { type, status: value, lastTransitionTime: at, ...(holds ? {} : { reason }) };
  };
  const initialized = podIP !== undefined;
  return {
    ...{ qosClass: 'BestEffort', ...status, phase, startTime, hostIP: '127.0.0.1' },
    ...(podIP === undefined ? {} : { podIP, podIPs: [{ ip: podIP }] }),
    conditions: [
      ...status.conditions.filter(({ type }) => !own.includes(type)),
      condition('PodScheduled', true),
      condition('Initialized', initialized),
      condition('ContainersReady', ready),
      condition('Ready', ready),
    ],
    initContainerStatuses: spec.initContainers.map((container) =>
      container.restartPolicy === 'Always' || !initialized
        ? containerStatus(container, state)
        : initStatus(container, startTime),
    ),
    containerStatuses: spec.containers.map((container) => containerStatus(container, state)),
  };
}

function phaseOf(run: PodState['run']): string {
  if (run.is === 'ended') return run.exitCode === 0 ? 'Succeeded' : 'Failed';
  // A pod that has run once stays Running between crashes.
  return run.is === 'waiting' && run.reason === 'ContainerCreating' ? 'Pending' : 'Running';
}

function containerStatus({ name, image }: Container, { run, restarts, lastEnd }: PodState): unknown {
  return {
    ...{ name, image, imageID: '', restartCount: restarts },
    ready: run.is === 'running' && run.ready,
    started: run.is === 'running',
    state: stateOf(run),
    lastState: lastEnd === undefined ? {} : { terminated: terminated(lastEnd) },
  };
}

function stateOf(run: PodState['run']): unknown {
  if (run.is === 'waiting') return { waiting: { reason: run.reason } };
  if (run.is === 'running') return { running: { startedAt: run.startedAt } };
  return { terminated: terminated(run) };
}

function terminated({ exitCode, startedAt, finishedAt }: Ended): unknown {
  return { exitCode, reason: exitCode === 0 ? 'Completed' : 'Error', startedAt, finishedAt };
}

function initStatus({ name, image }: Container, at: string): unknown {
  const done = terminated({ exitCode: 0, startedAt: at, finishedAt: at });
  return {
    ...{ name, image, imageID: '', restartCount: 0, ready: true },
    state: { terminated: done },
    lastState: {},
  };
}
