import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { expect, it, onTestFinished, vi } from 'vitest';
import { WebSocketServer } from 'ws';
import { forwardTo } from '../../../activities/kube/port-forward.ts';
import { eventually } from '../../support/eventually.ts';
import { clientOf } from './client-of.ts';

/** Lets port-forwards stand when it is told to, each of which ends with an error of its pod's end. */
async function heldServer() {
  const held: (() => Promise<unknown>)[] = [];
  const sockets = new WebSocketServer({ noServer: true });
  const server = createServer().on('upgrade', (request, socket, head) => {
    held.push(async () => {
      const { promise: ended, resolve } = Promise.withResolvers<undefined>();
      sockets.handleUpgrade(request, socket, head, (webSocket) => {
        const port = [15000 & 255, 15000 >> 8];
        for (const channel of [0, 1]) webSocket.send(Buffer.from([channel, ...port]));
        webSocket.send(Buffer.concat([Buffer.of(1), Buffer.from('connection refused')]));
        webSocket.once('close', resolve).close();
      });
      return ended;
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close().closeAllConnections();
  });
  // It listens on a port and not on a path.
  const { port } = server.address() as AddressInfo;
  return { held, address: `http://127.0.0.1:${port}` };
}

it('ends no process where the pod’s end fails after the client has gone', async () => {
  const { held, address } = await heldServer();
  const unhandled = vi.fn();
  process.on('unhandledRejection', unhandled);
  onTestFinished(() => void process.off('unhandledRejection', unhandled));
  const forward = await forwardTo(await clientOf(address, { token: 'any' }), 'shop', 'cart-0', 15000);
  const gone = connect(forward.port, '127.0.0.1');
  await eventually(() => expect(held).toHaveLength(1));
  await once(gone.destroy(), 'close');
  // Asked after it, this one is heard of after its end.
  const next = connect(forward.port, '127.0.0.1');
  await eventually(() => expect(held).toHaveLength(2));
  await held[0]?.();
  next.destroy();
  await held[1]?.();
  await forward.close();
  expect(unhandled).not.toHaveBeenCalled();
});
