import { setTimeout as delay } from 'node:timers/promises';
import { type Readable, Writable } from 'node:stream';
import { Log } from '@kubernetes/client-node';
import type { Problem } from '../../problems/problem.ts';
import type { ClusterClient } from './connect.ts';
import type { Asked } from './forbidden.ts';
import { sessionProblem } from './problems.ts';

export interface LogTarget {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
}

export interface LogFollower {
  /** Why the log cannot be read now; undefined while it can. */
  problem(): Problem | undefined;
  stop(): void;
}

const reconnectAfter = 1_000;

/**
 * Follows a container's log from an instant on (ISO 8601), through its restarts and cut connections, until
 * stopped. After a cut it begins again where the connection before began: at the instant that was asked for, or
 * where a connection has ended by itself (the container's end), when that one was opened. So a reader sees lines
 * again, never misses any: what it counts must stand that.
 */
export function followLog(
  client: ClusterClient,
  target: LogTarget,
  since: string,
  onText: (text: string) => void,
): LogFollower {
  const stopping = new AbortController();
  let problem: Problem | undefined;
  let from = since;
  const hear = (text: string) => {
    problem = undefined;
    onText(text);
  };
  const follow = async () => {
    while (!stopping.signal.aborted) {
      const begun = new Date().toISOString();
      try {
        await stream(client, target, { follow: true, sinceTime: from }, hear, stopping.signal);
        problem = undefined;
        from = begun;
      } catch (error) {
        problem = await sessionProblem(client, error, objectOf(client, target), askedOf(target));
      }
      await delay(reconnectAfter, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };
  void follow();
  return { problem: () => problem, stop: () => stopping.abort() };
}

/**
 * Reads what a container has printed since an instant, and ends.
 * @throws Problem as sessionProblem makes it
 */
export async function readLog(
  client: ClusterClient,
  target: LogTarget,
  options: { sinceTime?: string; previous?: boolean; limitBytes?: number } = {},
): Promise<string> {
  const parts: string[] = [];
  try {
    await stream(client, target, options, (part) => parts.push(part), AbortSignal.timeout(30_000));
  } catch (error) {
    throw await sessionProblem(client, error, objectOf(client, target), askedOf(target));
  }
  return parts.join('');
}

function objectOf(client: ClusterClient, target: LogTarget): string {
  return `log of pod ${target.namespace}/${target.pod} (${target.container}) of cluster ${client.name}`;
}

/** The library drops the answer to a log request that is refused. */
function askedOf({ namespace }: LogTarget): Asked {
  return { verbs: ['get'], group: '', resource: 'pods/log', namespace };
}

/** Resolves at the end of the stream, or when told to stop. */
async function stream(
  client: ClusterClient,
  target: LogTarget,
  options: { follow?: boolean; sinceTime?: string; previous?: boolean; limitBytes?: number },
  onText: (text: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const ended = Promise.withResolvers<undefined>();
  const onCut = (error: unknown) => {
    if (signal.aborted) ended.resolve(undefined);
    else ended.reject(error instanceof Error ? error : new Error('the log stream broke'));
  };
  const decoder = new TextDecoder();
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      onText(decoder.decode(chunk, { stream: true }));
      done();
    },
  });
  sink.once('close', () => ended.resolve(undefined));
  // The library pipes the response into the sink and listens to no error of it: one would end the process.
  sink.on('pipe', (source: Readable) => source.on('error', onCut));
  const request = await new Log(client.config).log(
    target.namespace,
    target.pod,
    target.container,
    sink,
    options,
  );
  const stop = () => request.abort();
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop);
  try {
    await ended.promise;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
