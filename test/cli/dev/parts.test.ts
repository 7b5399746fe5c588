import { expect, it } from 'vitest';
import { Parts } from '../../../cli/dev/parts.ts';

function recorded() {
  const ended: string[] = [];
  const end = (part: string) => Promise.resolve(ended.push(part));
  return { ended, end };
}

it('are ended in the reverse of the order in which they were begun, one that comes up late too', async () => {
  const { ended, end } = recorded();
  const parts = new Parts(undefined);
  const late = Promise.withResolvers<string>();
  await parts.begin(() => Promise.resolve('folder'), end);
  const starting = parts.begin(() => late.promise, end);
  const closing = parts.close();
  expect(ended).toEqual([]);
  late.resolve('server');
  await closing;
  expect(await starting).toBe('server');
  expect(ended).toEqual(['server', 'folder']);
});

it('are ended though one of them fails to end', async () => {
  const { ended, end } = recorded();
  const parts = new Parts(undefined);
  await parts.begin(() => Promise.resolve('folder'), end);
  await parts.begin(
    () => Promise.resolve('server'),
    () => Promise.reject(new Error('it hangs')),
  );
  await expect(parts.close()).rejects.toThrow('it hangs');
  expect(ended).toEqual(['folder']);
});

it('are told to give up by Ctrl-C, and none is begun after it', async () => {
  const interrupt = new AbortController();
  const parts = new Parts(interrupt.signal);
  const given = await parts.begin(
    (signal) => Promise.resolve(signal),
    () => Promise.resolve(),
  );
  interrupt.abort();
  expect(given.reason).toBe(interrupt.signal.reason);
  const { end } = recorded();
  await expect(parts.begin(() => Promise.resolve(''), end)).rejects.toBe(interrupt.signal.reason);
});
