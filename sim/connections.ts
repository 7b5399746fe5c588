import type { Server, Socket } from 'node:net';

/** A server of Fastify's, whatever it speaks. */
interface App {
  readonly server: Server;
  close(): PromiseLike<unknown>;
}

/** To be called before the server listens; what it returns closes it at once, whatever its connections are in the middle of. */
export function closing(app: App): () => Promise<void> {
  const connections = new Connections(app.server);
  return async () => {
    connections.cut();
    await app.close();
  };
}

/**
 * Every connection that a server has, from the moment that it is accepted. A server that closes waits for all of them,
 * and Node's own list leaves out those in the middle of a TLS handshake and those that are WebSockets by now.
 */
export class Connections {
  readonly #open = new Set<Socket>();
  #cut = false;

  constructor(server: Server) {
    server.on('connection', (socket: Socket) => {
      if (this.#cut) {
        socket.destroy();
        return;
      }
      this.#open.add(socket);
      socket.once('close', () => this.#open.delete(socket));
    });
  }

  /** Cuts all that are open, and from now on each that is still accepted. */
  cut(): void {
    this.#cut = true;
    for (const socket of this.#open) socket.destroy();
  }
}
