import { Agent, request } from 'node:https';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import type { IncomingMessage } from 'node:http';
import type { KubeconfigCluster } from '../../sim/api/kubeconfig.ts';

export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** Of an answer that is 200, lines are to be read; of any other, its body. */
export interface Stream {
  readonly status: number;
  /** Ends with the answer; throws where it is cut. */
  readonly lines: AsyncIterable<unknown>;
  readonly body: () => Promise<unknown>;
}

/** Longer than the API server itself takes for anything but a watch. */
const answerLimitMs = 65_000;

/** The API server of one cluster, asked in its own JSON: typed clients know fewer fields than it has. */
export class ApiClient {
  readonly #login: KubeconfigCluster;
  readonly #agent: Agent;

  constructor(login: KubeconfigCluster) {
    this.#login = login;
    this.#agent = new Agent({ keepAlive: true, ca: login.caPem });
  }

  /** Any answer is one; rejects where none came. */
  async ask(call: Call, signal: AbortSignal): Promise<Answer> {
    const answer = await this.#judged(call, AbortSignal.any([signal, AbortSignal.timeout(answerLimitMs)]));
    return { status: answer.statusCode ?? 0, body: await bodyOf(answer) };
  }

  /** An answer that goes on for as long as the server likes, line by line. */
  async stream(path: string, signal: AbortSignal): Promise<Stream> {
    const answer = await this.#judged({ method: 'GET', path }, signal);
    return { status: answer.statusCode ?? 0, lines: linesOf(answer), body: () => bodyOf(answer) };
  }

  close(): void {
    this.#agent.destroy();
  }

  /** A server that has just started refuses what it allows as soon as it knows its rules: it is asked again then. */
  async #judged(call: Call, signal: AbortSignal): Promise<IncomingMessage> {
    const answer = await this.#send(call, signal);
    if (answer.statusCode !== 401 && answer.statusCode !== 403) return answer;
    answer.resume();
    const ready = await this.#send({ method: 'GET', path: '/readyz' }, signal);
    ready.resume();
    if (ready.statusCode !== 200) throw new Error('the API server is not ready');
    return this.#send(call, signal);
  }

  #send({ method, path, body }: Call, signal: AbortSignal): Promise<IncomingMessage> {
    const { url, token } = this.#login;
    const sent = body === undefined ? '' : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const headers = {
        authorization: `Bearer ${token}`,
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        // Node frames the body of a DELETE in no other way.
        'content-length': Buffer.byteLength(sent),
      };
      const asked = request(`${url}${path}`, { method, headers, agent: this.#agent, signal });
      asked.once('response', resolve).once('error', reject);
      asked.end(sent);
    });
  }
}

/** Some refusals come from before what speaks JSON; their text is told as its messages are. */
async function bodyOf(answer: IncomingMessage): Promise<unknown> {
  const body = await text(answer);
  return answer.headers['content-type']?.startsWith('application/json') === true
    ? JSON.parse(body)
    : { message: body };
}

async function* linesOf(answer: IncomingMessage): AsyncGenerator {
  // The reader of lines listens to no error, and takes an answer that broke off for one that has ended.
  let broken = new Error('the answer broke off');
  answer.once('error', (error) => (broken = error));
  for await (const line of createInterface({ input: answer, crlfDelay: Infinity })) yield JSON.parse(line);
  if (!answer.complete) throw broken;
}
