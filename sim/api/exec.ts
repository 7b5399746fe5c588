import type { WebSocket } from 'ws';
import type { Program } from '../world.ts';
import type { Call } from './call.ts';
import { programOf } from './pod-session.ts';
import type { WebSockets } from './web-sockets.ts';

/** Channels of k8s.io/kubernetes remotecommand; the first byte of each message. */
const channels = { stdout: 1, stderr: 2, status: 3 } as const;

/** Runs a command in a pod; its output and its exit status come back over the WebSocket's channels. */
export function exec(call: Call, webSockets: WebSockets): void {
  const program = programOf(call);
  webSockets.accept(call, ['v5.channel.k8s.io', 'v4.channel.k8s.io'], (socket) => {
    void run(program, call.query, socket);
  });
}

async function run(program: Program, query: URLSearchParams, socket: WebSocket): Promise<void> {
  const { stdout, stderr, exitCode } = await program.exec(query.getAll('command')).catch(notStarted);
  const wanted = (stream: string): boolean => query.get(stream) === 'true';
  if (wanted('stdout')) socket.send(frame(channels.stdout, stdout));
  if (wanted('stderr')) socket.send(frame(channels.stderr, stderr));
  socket.send(frame(channels.status, JSON.stringify(exitStatus(exitCode))));
  socket.close(1000);
}

function notStarted(error: unknown) {
  const stderr = error instanceof Error ? error.message : String(error);
  return { stdout: '', stderr, exitCode: 126 };
}

/** The Status that ends a session: how a client learns the exit code. */
function exitStatus(exitCode: number) {
  if (exitCode === 0) return { metadata: {}, status: 'Success' };
  return {
    metadata: {},
    status: 'Failure',
    message: `command terminated with non-zero exit code: exit status ${String(exitCode)}`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(exitCode) }] },
  };
}

function frame(channel: number, text: string): Buffer {
  return Buffer.concat([Buffer.of(channel), Buffer.from(text)]);
}
