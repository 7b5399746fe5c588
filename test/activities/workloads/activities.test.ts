import { MockActivityEnvironment } from '@temporalio/testing';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ClusterStageRef } from '../../../activities/contract.ts';
import { createWorkloadActivities } from '../../../activities/workloads/activities.ts';
import { addWorkload, fakeMesh, issued, readyPods, stateOf, type FakeMesh } from './fake-mesh.ts';
import { eventually } from '../../support/eventually.ts';

const ref: ClusterStageRef = {
  ...{ fleet: 'f', mesh: 'm', unit: 'west', controlPlanes: ['west'], cluster: 'west', rotationId: 'r1' },
  ...{ phase: 'distribute', stage: 'add-roots' },
};
let mesh: FakeMesh;
beforeEach(async () => {
  mesh = await fakeMesh();
  addWorkload(mesh, 'deployments', 'cart', { replicas: 2 });
  await eventually(() => expect(readyPods(mesh)).toBe(2));
});
afterEach(() => mesh.close());

function activities() {
  return createWorkloadActivities({ clusterOf: () => Promise.resolve(mesh.world) });
}

test('a census, a restart and another census bring a cluster to what is expected', async () => {
  const { takeCensus, restartStale } = activities();
  const environment = new MockActivityEnvironment();
  const heartbeat = vi.fn();
  environment.on('heartbeat', heartbeat);
  const expected = stateOf('S1');
  Object.assign(mesh.issuance, issued.S1);
  expect(await environment.run(takeCensus, { ...ref, expect: expected })).toMatchObject({
    total: 2,
    converged: 0,
  });
  const batch = { ...ref, expect: expected, batchPercent: 25, limit: 20 };
  expect(await environment.run(restartStale, batch)).toMatchObject({ restarted: ['Deployment shop/cart'] });
  await eventually(async () => {
    expect(await environment.run(takeCensus, { ...ref, expect: expected })).toMatchObject({
      total: 2,
      converged: 2,
    });
  });
  expect(heartbeat).toHaveBeenCalled();
});

test('a cancelled restart ends at once, and leaves the rollout to go on', async () => {
  const environment = new MockActivityEnvironment();
  mesh.starting = false;
  const batch = { ...ref, expect: stateOf('S1'), batchPercent: 100, limit: 600 };
  const running = environment.run(activities().restartStale, batch);
  await eventually(() => {
    expect(mesh.sim.store.get('deployments', 'shop', 'cart')?.metadata.generation).toBe(2);
  });
  environment.cancel();
  await expect(running).rejects.toMatchObject({ name: 'CancelledFailure' });
});
