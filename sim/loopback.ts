import { connect, type Server, type Socket } from 'node:net';
import { Connections } from './connections.ts';

/** A server of a simulated pod, listening on a free loopback port in place of the pod's own. */
export interface LoopbackServer {
  readonly port: number;
  /** Stops listening and cuts every connection that is still open. */
  close(): Promise<void>;
}

/** Works for node:net, node:tls and node:http servers: all of them accept TCP connections. */
export async function listenOnLoopback(server: Server): Promise<LoopbackServer> {
  const connections = new Connections(server);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port: 0 }, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('expected a server on a TCP port');
  const { port } = address;
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        connections.cut();
      }),
  };
}

/** A connection to a port of loopback. */
export function dial(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}
