import { expect, test } from 'vitest';
import {
  daemonSetRollout,
  deploymentRollout,
  statefulSetRollout,
} from '../../../activities/workloads/rollout.ts';
import { daemonSetOf, deploymentOf, statefulSetOf } from './objects.ts';

const template = { metadata: {}, spec: { containers: [] } };
const selector = { matchLabels: { app: 'x' } };

type Status = Readonly<Record<string, unknown>>;

function deployment(status: Status, paused = false) {
  return deploymentOf({
    metadata: { generation: 3 },
    spec: { replicas: 2, selector, template, paused },
    status,
  });
}

test.each<[string, Status, string]>([
  ['an old generation', { observedGeneration: 2 }, 'the controller has not seen the change yet'],
  ['too few new pods', { observedGeneration: 3, replicas: 2, updatedReplicas: 1 }, '1 of 2 pods are new'],
  [
    'pods that a quota keeps out',
    {
      ...{ observedGeneration: 3, replicas: 2 },
      conditions: [{ type: 'ReplicaFailure', status: 'True', message: 'exceeded quota: compute' }],
    },
    '0 of 2 pods are new: exceeded quota: compute',
  ],
  ['old pods', { observedGeneration: 3, replicas: 3, updatedReplicas: 2 }, '1 old pods are to end'],
  [
    'new pods that are not available',
    { observedGeneration: 3, replicas: 2, updatedReplicas: 2, availableReplicas: 1 },
    '1 of 2 new pods are available',
  ],
])('a Deployment with %s goes on', (_, status, text) => {
  expect(deploymentRollout(deployment(status))).toEqual({ state: 'going', text });
});

test('a Deployment ends, gives up, or is paused', () => {
  const full = { observedGeneration: 3, replicas: 2, updatedReplicas: 2, availableReplicas: 2 };
  expect(deploymentRollout(deployment(full))).toEqual({ state: 'done' });
  const conditions = [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }];
  expect(deploymentRollout(deployment({ ...full, conditions })).state).toBe('failed');
  expect(deploymentRollout(deployment(full, true)).state).toBe('manual');
});

test('a StatefulSet ends when its revisions are one', () => {
  const set = (status: Status, type = 'RollingUpdate', partition = 0) =>
    statefulSetRollout(
      statefulSetOf({
        metadata: { generation: 1 },
        spec: {
          replicas: 3,
          serviceName: 's',
          selector,
          template,
          updateStrategy: { type, rollingUpdate: { partition } },
        },
        status: { replicas: 3, observedGeneration: 1, readyReplicas: 3, ...status },
      }),
    );
  expect(set({ readyReplicas: 2 })).toEqual({ state: 'going', text: '2 of 3 pods are ready' });
  expect(set({ updatedReplicas: 1, updateRevision: 'b', currentRevision: 'a' }).state).toBe('going');
  expect(set({ updatedReplicas: 3, updateRevision: 'b', currentRevision: 'b' }).state).toBe('done');
  expect(
    set({ updatedReplicas: 1, updateRevision: 'b', currentRevision: 'a' }, 'RollingUpdate', 2).state,
  ).toBe('done');
  expect(set({}, 'OnDelete').state).toBe('manual');
});

test('a DaemonSet ends when every scheduled pod is new and available', () => {
  const set = (updatedNumberScheduled: number, numberAvailable: number) =>
    daemonSetOf({
      metadata: { generation: 1 },
      spec: { selector, template },
      status: {
        ...{
          observedGeneration: 1,
          desiredNumberScheduled: 2,
          currentNumberScheduled: 2,
          numberMisscheduled: 0,
        },
        ...{ numberReady: 2, updatedNumberScheduled, numberAvailable },
      },
    });
  expect(daemonSetRollout(set(1, 2)).state).toBe('going');
  expect(daemonSetRollout(set(2, 1)).state).toBe('going');
  expect(daemonSetRollout(set(2, 2)).state).toBe('done');
});
