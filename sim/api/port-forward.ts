import type { Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { WebSocket, type RawData } from 'ws';
import { dial } from '../loopback.ts';
import type { Program } from '../world.ts';
import { existing, type Call } from './call.ts';
import { programOf } from './pod-session.ts';
import { ApiError } from './status.ts';
import type { WebSockets } from './web-sockets.ts';

/**
 * Forwards to ports of a pod: two channels each, data and error, by their order in the query. Each channel's
 * first message is the port (kubelet pkg/cri/streaming/portforward/websocket.go).
 */
export function portForward(call: Call, webSockets: WebSockets): void {
  const program = programOf(call);
  const ports = call.query.getAll('ports').flatMap((list) => list.split(',').map(Number));
  if (ports.length === 0 || ports.some((port) => !Number.isInteger(port) || port < 1 || port > 65_535)) {
    throw new ApiError('BadRequest', 'query parameter "port" is required');
  }
  const { uid } = existing(call).metadata;
  webSockets.accept(call, ['v4.channel.k8s.io'], (socket) => {
    const of = `${call.name ?? ''}_${call.namespace ?? ''}, uid ${uid}`;
    void forwardAll(program, ports, socket, of);
  });
}

async function forwardAll(program: Program, ports: readonly number[], socket: WebSocket, of: string) {
  const inputs = ports.map(() => new PassThrough());
  socket.on('message', (data) => {
    const bytes = bytesOf(data);
    // Odd channels carry errors, of which a client has none to tell.
    inputs[(bytes[0] ?? 1) / 2]?.write(bytes.subarray(1));
  });
  socket.on('close', () => {
    for (const input of inputs) input.end();
  });
  await Promise.all(
    inputs.map((input, index) =>
      forwardOne({ program, port: ports[index] ?? 0, input, channel: index * 2, socket, of }),
    ),
  );
  socket.close(1000);
}

interface Forward {
  readonly program: Program;
  readonly port: number;
  readonly input: PassThrough;
  /** The data channel; the next one is for errors. */
  readonly channel: number;
  readonly socket: WebSocket;
  /** Names the pod in error texts. */
  readonly of: string;
}

async function forwardOne({ program, port, input, channel, socket, of }: Forward): Promise<void> {
  const head = Buffer.of(port & 255, port >> 8);
  await send(socket, channel, head);
  await send(socket, channel + 1, head);
  const fail = (error: unknown): Promise<void> => {
    const why = error instanceof Error ? error.message : String(error);
    return send(socket, channel + 1, Buffer.from(`error forwarding port ${port} to pod ${of}: ${why}`));
  };
  let target: Socket;
  try {
    target = await dial(await program.loopbackPort(port));
  } catch (error) {
    await fail(new Error(`failed to connect to localhost:${port} inside namespace: ${String(error)}`));
    return;
  }
  // A pod may be gone while its client still writes: the loop below tells it, this keeps the pipe from failing.
  target.on('error', () => input.unpipe(target));
  input.pipe(target);
  socket.on('close', () => target.destroy());
  try {
    for await (const chunk of target) {
      const bytes: unknown = chunk;
      await send(socket, channel, Buffer.isBuffer(bytes) ? bytes : Buffer.from(String(bytes)));
    }
  } catch (error) {
    // Cut by the client's going there is nobody to tell.
    if (socket.readyState === WebSocket.OPEN) await fail(error);
  }
}

/** Resolves when the bytes are on their way, so that a fast pod waits for a slow client. */
async function send(socket: WebSocket, channel: number, bytes: Buffer): Promise<void> {
  if (socket.readyState !== WebSocket.OPEN) return;
  await new Promise<void>((sent) => {
    // An error here is the client's going, which `close` tells.
    socket.send(Buffer.concat([Buffer.of(channel), bytes]), () => sent());
  });
}

function bytesOf(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? Buffer.from(data) : data;
}
