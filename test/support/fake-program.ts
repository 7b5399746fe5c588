import { createServer, type Socket } from 'node:net';
import type { ContainerLog, KubeObject, Program } from '../../sim/world.ts';

/** A log that a test writes line by line. */
class FakeLog implements ContainerLog {
  readonly lines: { readonly at: Date; readonly text: string }[] = [];
  readonly #listeners = new Set<(line: { readonly at: Date; readonly text: string }) => void>();

  print(text: string, at = new Date()): void {
    const line = { at, text };
    this.lines.push(line);
    for (const listener of this.#listeners) listener(line);
  }

  onLine(listener: (line: { readonly at: Date; readonly text: string }) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/**
 * A program that does what its pod's image says: `never-ready`, `crashes`, `exit-3`, anything else serves.
 * On port 7000 it echoes; its commands are echo, `fail CODE TEXT` and `false`.
 */
export class FakeProgram implements Program {
  readonly log = new FakeLog();
  readonly ready: Promise<void>;
  readonly finished?: Promise<number>;
  readonly #sockets = new Set<Socket>();
  readonly #echo = createServer((socket) => {
    this.#sockets.add(socket);
    socket.pipe(socket);
    socket.on('error', () => socket.destroy());
  });
  readonly #listening: Promise<unknown>;
  stops = 0;

  constructor(pod: KubeObject) {
    const image = JSON.stringify(pod['spec']);
    this.log.print(`started ${pod.metadata.name}`);
    this.#listening = new Promise<void>((resolve) => this.#echo.listen(0, '127.0.0.1', resolve));
    this.ready = this.#start(image);
    if (image.includes('exit-3')) this.finished = Promise.resolve(3);
  }

  exec(argv: readonly string[]): Promise<{ stdout: string; stderr: string; exitCode: number }> {
    const [command, ...rest] = argv;
    if (command === 'echo')
      return Promise.resolve({ stdout: `${rest.join(' ')}\n`, stderr: '', exitCode: 0 });
    if (command === 'fail') {
      return Promise.resolve({ stdout: '', stderr: rest.slice(1).join(' '), exitCode: Number(rest[0]) });
    }
    return Promise.resolve({ stdout: '', stderr: `${command ?? ''}: not found`, exitCode: 127 });
  }

  async loopbackPort(port: number): Promise<number> {
    await this.#listening;
    const address = this.#echo.address();
    if (port !== 7000 || address === null || typeof address === 'string') {
      throw new Error('connect: connection refused');
    }
    return address.port;
  }

  stop(): Promise<void> {
    this.stops += 1;
    this.log.print('stopping');
    for (const socket of this.#sockets) socket.destroy();
    this.#echo.close();
    return Promise.resolve();
  }

  #start(image: string): Promise<void> {
    if (image.includes('never-ready')) return new Promise(() => undefined);
    return image.includes('crashes') ? Promise.reject(new Error('cannot start')) : Promise.resolve();
  }
}
