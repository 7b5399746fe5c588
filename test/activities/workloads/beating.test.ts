import { MockActivityEnvironment } from '@temporalio/testing';
import { expect, test, vi } from 'vitest';
import { beating } from '../../../activities/workloads/beating.ts';
import { eventually } from '../../support/eventually.ts';

test('work that says nothing for long heartbeats all the same, until it ends', async () => {
  const environment = new MockActivityEnvironment();
  const heartbeat = vi.fn();
  environment.on('heartbeat', heartbeat);
  const work = Promise.withResolvers<number>();
  const running = environment.run(() => beating('the pods', () => work.promise, 5));
  await eventually(() => expect(heartbeat.mock.calls.length).toBeGreaterThan(3));
  expect(heartbeat).toHaveBeenLastCalledWith({ waitingFor: 'the pods' });
  work.resolve(3);
  expect(await running).toBe(3);
});

test('work is not begun for an activity that is cancelled already', async () => {
  const environment = new MockActivityEnvironment();
  environment.cancel();
  const work = vi.fn();
  await expect(environment.run(() => beating('the pods', work))).rejects.toMatchObject({
    name: 'CancelledFailure',
  });
  expect(work).not.toHaveBeenCalled();
});
