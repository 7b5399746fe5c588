import { MockActivityEnvironment } from '@temporalio/testing';
import { expect, test, vi } from 'vitest';
import { guarded } from '../../../activities/failure.ts';
import { beat } from '../../../activities/kube/heartbeat.ts';
import { eventually } from '../../support/eventually.ts';

test('every activity is heard of while it runs, with what it told last', async () => {
  const environment = new MockActivityEnvironment({ heartbeatTimeoutMs: 40 });
  const heartbeat = vi.fn();
  environment.on('heartbeat', heartbeat);
  const work = Promise.withResolvers<number>();
  const { write } = guarded({
    write: () => {
      beat({ waitingFor: 'the vault' });
      return work.promise;
    },
  });
  const running = environment.run(write);
  await eventually(() => expect(heartbeat.mock.calls.length).toBeGreaterThan(3));
  for (const call of heartbeat.mock.calls) expect(call).toEqual([{ waitingFor: 'the vault' }]);
  work.resolve(3);
  expect(await running).toBe(3);
});

test('an activity without a heartbeat timeout says nothing by itself', async () => {
  const environment = new MockActivityEnvironment({ heartbeatTimeoutMs: 0 });
  const heartbeat = vi.fn();
  environment.on('heartbeat', heartbeat);
  const { look } = guarded({ look: () => Promise.resolve('seen') });
  expect(await environment.run(look)).toBe('seen');
  expect(heartbeat).not.toHaveBeenCalled();
});
