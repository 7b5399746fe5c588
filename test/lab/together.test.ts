import { expect, it, vi } from 'vitest';
import { together } from '../../lab/together.ts';

it('gives what all of them give', async () => {
  await expect(together([Promise.resolve(1), Promise.resolve('a')], () => undefined)).resolves.toEqual([
    1,
    'a',
  ]);
});

it('tells the first failure at once, and settles once all have', async () => {
  const slow = Promise.withResolvers<undefined>();
  const settled = vi.fn();
  const failed = Promise.withResolvers<unknown>();
  const both = together([slow.promise, Promise.reject(new Error('etcd ended'))], failed.resolve);
  both.then(settled, settled);
  await expect(failed.promise).resolves.toMatchObject({ message: 'etcd ended' });
  await new Promise(setImmediate);
  expect(settled).not.toHaveBeenCalled();
  slow.resolve(undefined);
  await expect(both).rejects.toThrow('etcd ended');
});
