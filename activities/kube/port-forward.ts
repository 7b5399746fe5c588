import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { Writable } from 'node:stream';
import { PortForward } from '@kubernetes/client-node';
import { Problem } from '../../problems/problem.ts';
import type { ClusterClient } from './connect.ts';
import { sessionProblem } from './problems.ts';

export interface Forward {
  /** On 127.0.0.1. */
  readonly port: number;
  /** Why the last connection that broke did; a client of the port sees only that it was closed. */
  problem(): Problem | undefined;
  close(): Promise<void>;
}

/**
 * Listens on loopback and carries every connection to a port of a pod, each through a port-forward of its
 * own: one in the API server carries one connection, and it knows no half-close, so a client that ends its
 * side ends both.
 */
export async function forwardTo(
  client: ClusterClient,
  namespace: string,
  pod: string,
  port: number,
): Promise<Forward> {
  const object = `port ${port} of pod ${namespace}/${pod} of cluster ${client.name}`;
  const asked = { verbs: ['get', 'create'], group: '', resource: 'pods/portforward', namespace };
  const open = new Set<Socket>();
  let problem: Problem | undefined;
  const server = createServer((socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    // A reset by the client is its own business; without a listener it would end the process.
    socket.on('error', () => socket.destroy());
    carry(client, { namespace, pod, port, object }, socket).catch(async (error: unknown) => {
      problem = await sessionProblem(client, error, object, asked);
      socket.destroy();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') {
    throw new Problem('PORT_FORWARD_FAILED', { object, found: 'no port to listen on' });
  }
  return {
    port: address.port,
    problem: () => problem,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}

interface Target {
  readonly namespace: string;
  readonly pod: string;
  readonly port: number;
  readonly object: string;
}

/** Resolves when the connection has ended; rejects with what the pod's end said on the error channel. */
async function carry(client: ClusterClient, target: Target, socket: Socket): Promise<void> {
  const failed = Promise.withResolvers<never>();
  // Told while nobody waits for it, as where the client has gone, it would end the process.
  failed.promise.catch(() => undefined);
  const errors = new Writable({
    write(chunk: Buffer, _encoding, done) {
      if (chunk.length > 0) {
        const found = chunk.toString('utf8').trim();
        failed.reject(new Problem('PORT_FORWARD_FAILED', { object: target.object, found }));
      }
      done();
    },
  });
  const output = new Writable({
    // After the client is gone the pod may still speak; that must not become a write error.
    write(chunk: Buffer, _encoding, done) {
      if (!socket.writable || chunk.length === 0) done();
      else socket.write(chunk, () => done());
    },
  });
  const ws = await new PortForward(client.config).portForward(
    target.namespace,
    target.pod,
    [target.port],
    output,
    errors,
    socket,
  );
  // Without retries the library always returns the socket itself.
  if (typeof ws === 'function') return;
  // Nobody listens to the end of a client that was gone before the port-forward stood.
  if (socket.destroyed) {
    ws.close();
    return;
  }
  const closed = new Promise<void>((resolve) => {
    ws.addEventListener('close', () => {
      output.end(() => socket.end());
      resolve();
    });
  });
  socket.once('close', () => ws.close());
  await Promise.race([closed, failed.promise]);
}
