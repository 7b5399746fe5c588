import type { ChildProcess } from 'node:child_process';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Problem } from '../problems/problem.ts';
import { searchAttributes } from '../workflows/search-attributes.ts';
import { freePorts } from './free-ports.ts';
import { endOf, lastLines } from './last-lines.ts';
import { takenPorts } from './taken-ports.ts';
import { startTied } from './tied-process.ts';
import { unlessAborted } from './unless-aborted.ts';
import { untilReady } from './until-ready.ts';

export interface DevServerOptions {
  /** The Temporal CLI. */
  readonly path: string;
  /** Where the log goes. */
  readonly folder: string;
  /** SQLite file; without one the server forgets everything when it ends. */
  readonly databaseFile?: string;
  /** Free ports where left out. */
  readonly port?: number;
  readonly uiPort?: number;
  /** Where free ports come from. */
  readonly ports?: typeof freePorts;
}

export interface DevServer {
  /** `host:port` for clients and workers. */
  readonly address: string;
  readonly uiUrl: string;
  readonly namespace: string;
  readonly logFile: string;
  /** Leads the process group that the server is in. */
  readonly child: ChildProcess;
  /** Settles when the server has ended, whoever ended it. */
  readonly ended: Promise<unknown>;
  /** Settles when the server ends though nobody has stopped it: TEMPORAL_SERVER_FAILED. */
  readonly failed: Promise<Problem>;
  readonly stop: () => Promise<void>;
}

const namespace = 'default';
const ip = '127.0.0.1';
/** A port that was free may be taken before the server listens on it, and the server takes some by itself. */
const mostStarts = 5;

/**
 * A Temporal server for one person's machine, with its UI, on loopback only. It ends surely with this
 * process. Throws TEMPORAL_SERVER_FAILED, and the signal's reason where that is aborted before it is up.
 */
export async function startDevServer(options: DevServerOptions, signal?: AbortSignal): Promise<DevServer> {
  const { ports: takePorts = freePorts } = options;
  const asked = [options.port, options.uiPort];
  for (let starts = 1; ; starts += 1) {
    const [anyPort = 0, anyUiPort = 0] = await takePorts(2);
    const { port = anyPort, uiPort = anyUiPort } = options;
    const started = await startOn(port, uiPort, options, signal);
    if ('address' in started) return started;
    const taken = takenPorts(started.log);
    const others = taken.length > 0 && !taken.some((one) => asked.includes(one));
    if (others && starts < mostStarts) continue;
    throw serverFailed(options.path, endOf(started.log), started.cause);
  }
}

function serverFailed(path: string, found: string, cause?: unknown): Problem {
  return new Problem('TEMPORAL_SERVER_FAILED', { object: `${path} server start-dev`, found }, { cause });
}

interface Failed {
  /** What the server said of this start. */
  readonly log: string;
  readonly cause: unknown;
}

async function startOn(
  port: number,
  uiPort: number,
  options: DevServerOptions,
  signal: AbortSignal | undefined,
): Promise<DevServer | Failed> {
  const logFile = join(options.folder, 'temporal.log');
  const before = await lengthOf(logFile);
  const process = await startTied([options.path, ...flags(port, uiPort, options.databaseFile)], { logFile });
  const address = `${ip}:${port}`;
  const uiUrl = `http://${ip}:${uiPort}`;
  try {
    await unlessAborted(signal, untilReady({ address, uiUrl, namespace, ended: process.ended }));
  } catch (cause) {
    await process.stop();
    signal?.throwIfAborted();
    return { log: (await readFile(logFile)).subarray(before).toString(), cause };
  }
  const failed = Promise.withResolvers<Problem>();
  let isWanted = true;
  const { child, ended } = process;
  void ended.then(async () => {
    if (!isWanted) return;
    const how = child.signalCode ?? `exit code ${child.exitCode}`;
    failed.resolve(
      serverFailed(options.path, `${how}, and a log that ends with ${await lastLines(logFile, before)}`),
    );
  });
  const stop = (): Promise<void> => {
    isWanted = false;
    return process.stop();
  };
  return { address, uiUrl, namespace, logFile, child, ended, failed: failed.promise, stop };
}

/** In bytes; a server that starts again in the same folder adds to the log of the former. */
async function lengthOf(logFile: string): Promise<number> {
  const file = await open(logFile, 'a');
  try {
    return (await file.stat()).size;
  } finally {
    await file.close();
  }
}

/**
 * A task queue is served by four partitions otherwise, for servers of many machines: here polls and tasks would be
 * forwarded from one to another within a process.
 */
const onePartition = ['Read', 'Write'].flatMap((side) => [
  '--dynamic-config-value',
  `matching.numTaskqueue${side}Partitions=1`,
]);

function flags(port: number, uiPort: number, databaseFile: string | undefined): readonly string[] {
  const attributes = Object.values(searchAttributes).flatMap(({ name, type }) => [
    '--search-attribute',
    `${name}=${type === 'KEYWORD_LIST' ? 'KeywordList' : 'Keyword'}`,
  ]);
  return [
    ...['server', 'start-dev', '--ip', ip, '--port', String(port), '--ui-port', String(uiPort)],
    ...['--ui-disable-news-fetch', '--log-level', 'warn'],
    ...(databaseFile === undefined ? [] : ['--db-filename', databaseFile]),
    ...onePartition,
    ...attributes,
  ];
}
