import { createServer, type Server, type Socket } from 'node:net';
import { Connection } from '@temporalio/client';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { rotationsOn } from '../../cli/temporal-rotations.ts';

let server: Server;
let connection: Connection;
const sockets = new Set<Socket>();

/** Takes connections and never says a word, as a server that is cut off behind a load balancer. */
beforeEach(async () => {
  server = createServer((socket) => {
    sockets.add(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('expected a port');
  connection = Connection.lazy({ address: `127.0.0.1:${address.port}` });
});

afterEach(async () => {
  await connection.close();
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
});

it.each([
  ['a list of rotations', () => rotationsOn({ connection, namespace: 'prod' }).list()],
  ['a look', () => rotationsOn({ connection, namespace: 'prod' }).look({ fleet: 'prod', mesh: 'payments' })],
])(
  'ends where the Temporal server takes connections and never answers: %s',
  async (_, call) => {
    await expect(call()).rejects.toMatchObject({ code: 'TEMPORAL_UNREACHABLE' });
  },
  20_000,
);
