import { ServerResponse, type IncomingMessage } from 'node:http';
import type { Server } from 'node:https';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Call } from './call.ts';
import { ApiError } from './status.ts';

/** Upgrades to WebSockets that pass through the same routes, and so the same checks, as all other requests. */
export interface WebSockets {
  /** Accepts the call's upgrade with the first of these subprotocols that the client offers; else 400. */
  accept(call: Call, protocols: readonly string[], use: (socket: WebSocket) => void): void;
}

export function webSockets(
  server: Server,
  route: (request: IncomingMessage, response: ServerResponse) => void,
): WebSockets {
  const upgrades = new WeakMap<IncomingMessage, { socket: Duplex; head: Buffer; response: ServerResponse }>();
  const chosen = new WeakMap<IncomingMessage, string>();
  const handleProtocols = (_offered: Set<string>, request: IncomingMessage) => chosen.get(request) ?? false;
  const sockets = new WebSocketServer({ noServer: true, clientTracking: false, handleProtocols });
  server.on('upgrade', (request, socket, head) => {
    // A refused upgrade is answered as any request is, and its connection closed.
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    response.assignSocket(request.socket);
    response.on('finish', () => socket.end());
    socket.on('error', () => socket.destroy());
    upgrades.set(request, { socket, head, response });
    route(request, response);
  });
  return {
    accept: ({ request, reply }, protocols, use) => {
      const upgrade = upgrades.get(request.raw);
      const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((each) => each.trim());
      const protocol = protocols.find((each) => offered.includes(each));
      if (upgrade === undefined) throw new ApiError('BadRequest', 'Upgrade request required');
      if (protocol === undefined) {
        throw new ApiError(
          'BadRequest',
          `unable to upgrade: unable to negotiate protocol: client supports [${offered.join(' ')}], server accepts [${protocols.join(' ')}]`,
        );
      }
      reply.hijack();
      upgrade.response.detachSocket(request.raw.socket);
      chosen.set(request.raw, protocol);
      sockets.handleUpgrade(request.raw, upgrade.socket, upgrade.head, (socket) => {
        // A client that breaks the protocol has lost its session.
        socket.on('error', () => socket.terminate());
        use(socket);
      });
    },
  };
}
