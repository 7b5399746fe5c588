import { expect, test } from 'vitest';
import { podStatus } from '../../../sim/controllers/pod-status.ts';

const at = '2026-01-02T03:04:05Z';
const starting = { run: { is: 'waiting', reason: 'ContainerCreating' }, restarts: 0, startTime: at } as const;
const pod = {
  ...{ apiVersion: 'v1', kind: 'Pod' },
  metadata: { name: 'p', namespace: 'shop', uid: 'u', resourceVersion: '1', creationTimestamp: at },
  spec: { nodeName: 'n', containers: [{ name: 'main' }] },
};

test('the status of a pod keeps what others have written into it', () => {
  const disrupted = { type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI' };
  const scheduled = { type: 'PodScheduled', status: 'True', lastTransitionTime: 'before' };
  const status = { qosClass: 'Guaranteed', conditions: [scheduled, disrupted] };
  expect(podStatus({ ...pod, status }, starting, at)).toMatchObject({
    ...{ phase: 'Pending', qosClass: 'Guaranteed' },
    conditions: [
      disrupted,
      scheduled,
      { type: 'Initialized' },
      { type: 'ContainersReady' },
      { type: 'Ready' },
    ],
  });
});
