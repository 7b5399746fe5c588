import { createServer, type Server } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { lazyConnection } from '../../worker/lazy-connection.ts';
import { eventually } from '../support/eventually.ts';

let server: Server;
let address: string;
let taken = 0;

/** Ends every connection at once, as a server that goes down. */
beforeEach(async () => {
  taken = 0;
  server = createServer((socket) => {
    taken += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('expected a port');
  address = `127.0.0.1:${bound.port}`;
});

afterEach(async () => {
  await new Promise((resolve) => server.close(resolve));
});

it('a connection that is closed while a call is to be retried ends the call, and nothing comes after', async () => {
  const connection = lazyConnection({ address });
  const calls = [1, 2, 3].map(() => connection.workflowService.getClusterInfo({}));
  const ended = Promise.allSettled(calls);
  await eventually(() => expect(taken).toBeGreaterThan(1));
  await connection.close();
  expect(await ended).toEqual(
    calls.map(() => ({ status: 'rejected', reason: expect.objectContaining({ code: 14 }) as object })),
  );
  const before = taken;
  await expect(connection.workflowService.getClusterInfo({})).rejects.toThrow('shut down');
  expect(taken).toBe(before);
});
