import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import type { SimCluster } from '../../sim/api/cluster.ts';
import { listenOnLoopback, type LoopbackServer } from '../../sim/loopback.ts';
import type { ContainerLog, KubeObject, Program } from '../../sim/world.ts';

/** A log that a test writes line by line. */
class FakeLog implements ContainerLog {
  readonly lines: { readonly at: Date; readonly text: string }[] = [];
  readonly #listeners = new Set<(line: { readonly at: Date; readonly text: string }) => void>();

  print(words: string, at = new Date()): void {
    const line = { at, text: words };
    this.lines.push(line);
    for (const listener of this.#listeners) listener(line);
  }

  onLine(listener: (line: { readonly at: Date; readonly text: string }) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/** What each port does with a connection; nothing listens on the others. */
const ports: Readonly<Record<string, (socket: Socket) => void>> = {
  // Echoes.
  7: (socket) => socket.pipe(socket),
  // Says a word and ends.
  8: (socket) => socket.end('good day\n'),
  // Breaks off at the first word.
  9: (socket) => socket.once('data', () => socket.resetAndDestroy()),
};

/**
 * A program that does what its pod's image says: `never-ready`, `crashes`, `exit-3`; anything else serves until it is
 * told to end, or is done at once where it is a Job's and not `works`. Its commands are those of this machine.
 */
export class FakeProgram implements Program {
  readonly log = new FakeLog();
  readonly ready: Promise<void>;
  readonly finished: Promise<number>;
  /** Ends it with an exit code. */
  readonly end: (exitCode: number) => void;
  /** How many connections it has ever had. */
  accepted = 0;
  /** Those that are open. */
  readonly connections = new Set<Socket>();
  stops = 0;
  readonly #commands = new Set<ChildProcess>();
  readonly #servers: ReadonlyMap<number, Promise<LoopbackServer>>;

  constructor(pod: KubeObject) {
    const image = JSON.stringify(pod['spec']);
    this.log.print(`started ${pod.metadata.name}`);
    this.#servers = new Map(
      Object.entries(ports).map(([port, serve]) => [Number(port), listenOnLoopback(this.#server(serve))]),
    );
    const { promise, resolve } = Promise.withResolvers<number>();
    this.finished = promise;
    this.end = resolve;
    this.ready = start(image);
    if (image.includes('exit-3')) this.end(3);
    const isJob = pod.metadata.ownerReferences?.some(({ kind }) => kind === 'Job') === true;
    if (isJob && !image.includes('works')) this.ready.then(() => this.end(0)).catch(() => this.end(1));
  }

  async exec(argv: readonly string[]): Promise<{ stdout: string; stderr: string; exitCode: number }> {
    const [command = '', ...words] = argv;
    const child = spawn(command, words, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#commands.add(child);
    child.once('close', () => this.#commands.delete(child));
    const [stdout, stderr] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close'),
    ]);
    return { stdout, stderr, exitCode: child.exitCode ?? 137 };
  }

  async loopbackPort(port: number): Promise<number> {
    const server = await this.#servers.get(port);
    if (server === undefined) throw new Error('connect: connection refused');
    return server.port;
  }

  async stop(): Promise<void> {
    this.stops += 1;
    this.log.print('stopping');
    for (const command of this.#commands) command.kill('SIGKILL');
    await Promise.all([...this.#servers.values()].map(async (server) => (await server).close()));
  }

  #server(serve: (socket: Socket) => void) {
    return createServer((socket) => {
      this.accepted += 1;
      this.connections.add(socket);
      socket.once('close', () => this.connections.delete(socket));
      socket.on('error', () => socket.destroy());
      serve(socket);
    });
  }
}

function start(image: string): Promise<void> {
  if (image.includes('never-ready')) return new Promise(() => undefined);
  return image.includes('crashes') ? Promise.reject(new Error('cannot start')) : Promise.resolve();
}

/** Finds the newest program of a pod. */
export function fakeProgramsOf(
  cluster: Pick<SimCluster, 'programOf'>,
): (namespace: string, pod: string) => FakeProgram {
  return (namespace, pod) => {
    const program = cluster.programOf(namespace, pod);
    if (!(program instanceof FakeProgram)) throw new Error(`no program runs in ${namespace}/${pod}`);
    return program;
  };
}
