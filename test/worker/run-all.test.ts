import { expect, it } from 'vitest';
import { runAll, shutDown } from '../../worker/run-all.ts';

/** A worker that ends when it is told to, or fails. */
function worker() {
  const run = Promise.withResolvers<undefined>();
  let state: 'RUNNING' | 'DRAINING' | 'FAILED' = 'RUNNING';
  return {
    run: () => run.promise,
    getState: () => state,
    shutdown: () => {
      if (state !== 'RUNNING') throw new Error('not running');
      state = 'DRAINING';
    },
    drained: () => run.resolve(undefined),
    fail: (error: Error) => {
      state = 'FAILED';
      run.reject(error);
    },
  };
}

it('workers go on until all have ended, and then what they share is closed', async () => {
  const [first, second] = [worker(), worker()];
  const order: string[] = [];
  const running = runAll([first, second], () => Promise.resolve(void order.push('closed')));
  shutDown([first, second]);
  first.drained();
  await Promise.resolve(order.push('first ended'));
  second.drained();
  await running;
  expect(order).toEqual(['first ended', 'closed']);
});

it('one that fails takes the others with it, and is what is told once they have ended', async () => {
  const [first, second] = [worker(), worker()];
  let isClosed = false;
  const running = runAll([first, second], () => Promise.resolve(void (isClosed = true)));
  const told = expect(running).rejects.toThrow('the namespace is gone');
  first.fail(new Error('the namespace is gone'));
  await expect.poll(second.getState).toBe('DRAINING');
  expect(isClosed).toBe(false);
  second.drained();
  await told;
  expect(isClosed).toBe(true);
});
