import { expect, it } from 'vitest';
import { Parts } from '../../../cli/dev/parts.ts';

function recorded() {
  const ended: string[] = [];
  const kind = { end: (part: string) => Promise.resolve(ended.push(part)) };
  return { ended, kind };
}

it('are ended in the reverse of the order in which they were begun, one that comes up late too', async () => {
  const { ended, kind } = recorded();
  const parts = new Parts(undefined);
  const late = Promise.withResolvers<string>();
  await parts.begin(() => Promise.resolve('folder'), kind);
  const starting = parts.begin(() => late.promise, kind);
  const closing = parts.close();
  expect(ended).toEqual([]);
  late.resolve('server');
  await closing;
  expect(await starting).toBe('server');
  expect(ended).toEqual(['server', 'folder']);
});

it('are ended though one of them fails to end', async () => {
  const { ended, kind } = recorded();
  const parts = new Parts(undefined);
  await parts.begin(() => Promise.resolve('folder'), kind);
  await parts.begin(() => Promise.resolve('server'), { end: () => Promise.reject(new Error('it hangs')) });
  await expect(parts.close()).rejects.toThrow('it hangs');
  expect(ended).toEqual(['folder']);
});

it('are told to give up by Ctrl-C, and none is begun after it', async () => {
  const interrupt = new AbortController();
  const parts = new Parts(interrupt.signal);
  const given = await parts.begin((signal) => Promise.resolve(signal), { end: () => Promise.resolve() });
  interrupt.abort();
  expect(given.reason).toBe(interrupt.signal.reason);
  const { kind } = recorded();
  await expect(parts.begin(() => Promise.resolve(''), kind)).rejects.toBe(interrupt.signal.reason);
});

it('are told to give up by the first that fails, and it stays the reason', async () => {
  const { ended, kind } = recorded();
  const parts = new Parts(undefined);
  const failures = [Promise.withResolvers<Error>(), Promise.withResolvers<Error>()] as const;
  await parts.begin(() => Promise.resolve('server'), { ...kind, failed: () => failures[0].promise });
  await parts.begin(() => Promise.resolve('worker'), { ...kind, failed: () => failures[1].promise });
  expect(parts.failed.aborted).toBe(false);
  const why = new Error('the server ended');
  failures[0].resolve(why);
  await failures[0].promise;
  failures[1].resolve(new Error('no server answers'));
  await failures[1].promise;
  expect(parts.failed.reason).toBe(why);
  await expect(parts.begin(() => Promise.resolve(''), kind)).rejects.toBe(why);
  await parts.close();
  expect(ended).toEqual(['worker', 'server']);
});
