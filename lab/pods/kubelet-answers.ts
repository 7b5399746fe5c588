import { createServer } from 'node:http';
import { once } from 'node:events';
import { json } from 'node:stream/consumers';
import { z } from 'zod';
import { noLog } from '../../sim/api/log.ts';
import { Connections } from '../../sim/connections.ts';
import type { Kubelet } from '../../sim/controllers/kubelet.ts';
import type { PodRunner } from '../../sim/controllers/pod-runner.ts';
import type { PodLogs } from './pod-logs.ts';

const pod = z.object({ namespace: z.string(), name: z.string() });
const questions = {
  log: pod.extend({ container: z.string(), previous: z.boolean() }),
  running: z.object({ run: z.string() }),
  exec: pod.extend({ container: z.string(), command: z.array(z.string()) }),
  port: pod.extend({ port: z.number() }),
};

/** What the kubelet's server asks of the programs, over a socket that only this user can reach. */
export class KubeletAnswers {
  readonly #kubelet: Kubelet;
  readonly #logs: PodLogs;

  constructor(kubelet: Kubelet, logs: PodLogs) {
    this.#kubelet = kubelet;
    this.#logs = logs;
  }

  /** Answers at the path until the returned function is called. */
  async listen(path: string): Promise<() => Promise<void>> {
    const server = createServer((request, response) => {
      const answering = json(request).then((body) => this.#answer(request.url ?? '', body));
      answering.then(
        (body) => response.end(JSON.stringify(body)),
        (error: unknown) =>
          response.writeHead(400).end(error instanceof Error ? error.message : String(error)),
      );
    });
    const connections = new Connections(server);
    server.listen(path);
    await once(server, 'listening');
    return async () => {
      const closed = once(server, 'close');
      server.close();
      connections.cut();
      await closed;
    };
  }

  async #answer(url: string, body: unknown): Promise<unknown> {
    switch (url) {
      case '/log':
        return this.#log(questions.log.parse(body));
      case '/running':
        return { running: this.#isRunning(questions.running.parse(body).run) };
      case '/exec': {
        const { command, ...of } = questions.exec.parse(body);
        return this.#program(of).exec(command);
      }
      case '/port': {
        const { port, ...of } = questions.port.parse(body);
        return { port: await this.#program(of).loopbackPort(port) };
      }
      default:
        throw new Error(`no such question: ${url}`);
    }
  }

  #log({ namespace, name, container, previous }: z.infer<typeof questions.log>): unknown {
    const runner = this.#kubelet.runner(namespace, name);
    // Between two runs, the one before the next is the newest that there is.
    const run = runner && this.#logs.run(runner.uid, previous && runner.program !== undefined);
    if (runner !== undefined && run !== undefined) {
      // The name of the pod is in it, so that it can be asked for again.
      return { path: run.path, run: [namespace, name, run.id].join('/') };
    }
    throw new Error(noLog({ name, container, previous }));
  }

  #isRunning(id: string): boolean {
    const [namespace = '', name = '', uid = ''] = id.split('/');
    const runner = this.#kubelet.runner(namespace, name);
    if (runner?.uid !== uid || runner.program === undefined) return false;
    return [namespace, name, this.#logs.run(uid)?.id].join('/') === id;
  }

  #program({ namespace, name }: z.infer<typeof pod>): NonNullable<PodRunner['program']> {
    const program = this.#kubelet.runner(namespace, name)?.program;
    if (program === undefined) throw new Error(`pod ${name} is not running`);
    return program;
  }
}
