import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { Problem } from '../problems/problem.ts';
import { searchAttributes } from '../workflows/search-attributes.ts';
import { freePorts } from './free-ports.ts';
import { lastLines } from './last-lines.ts';
import { keptDays, setRetention } from './namespace.ts';
import { startTied } from './tied-process.ts';
import { unlessAborted } from './unless-aborted.ts';

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
  readonly stop: () => Promise<void>;
}

const namespace = 'default';
const ip = '127.0.0.1';
const startLimitMs = 60_000;
/** An attempt to connect cannot be called off: it keeps this process alive for so long after the server has ended. */
const attemptLimitMs = 2_000;

/**
 * A Temporal server for one person's machine, with its UI, on loopback only. It ends surely with this
 * process. Throws TEMPORAL_SERVER_FAILED, and the signal's reason where that is aborted before it is up.
 */
export async function startDevServer(options: DevServerOptions, signal?: AbortSignal): Promise<DevServer> {
  const [anyPort = 0, anyUiPort = 0] = await freePorts(2);
  const { port = anyPort, uiPort = anyUiPort } = options;
  const logFile = join(options.folder, 'temporal.log');
  const process = await startTied([options.path, ...flags(port, uiPort, options.databaseFile)], { logFile });
  const address = `${ip}:${port}`;
  try {
    await unlessAborted(signal, untilReady(address, process.ended));
  } catch (error) {
    await process.stop();
    signal?.throwIfAborted();
    throw new Problem(
      'TEMPORAL_SERVER_FAILED',
      { object: `${options.path} server start-dev`, found: await lastLines(logFile) },
      { cause: error },
    );
  }
  const { child, ended, stop } = process;
  return { address, uiUrl: `http://${ip}:${uiPort}`, namespace, logFile, child, ended, stop };
}

function flags(port: number, uiPort: number, databaseFile: string | undefined): readonly string[] {
  const attributes = Object.values(searchAttributes).flatMap(({ name, type }) => [
    '--search-attribute',
    `${name}=${type === 'KEYWORD_LIST' ? 'KeywordList' : 'Keyword'}`,
  ]);
  return [
    ...['server', 'start-dev', '--ip', ip, '--port', String(port), '--ui-port', String(uiPort)],
    ...['--ui-disable-news-fetch', '--log-level', 'warn'],
    ...(databaseFile === undefined ? [] : ['--db-filename', databaseFile]),
    ...attributes,
  ];
}

async function untilReady(address: string, ended: Promise<unknown>): Promise<void> {
  const gone = new AbortController();
  const died = ended.then(() => {
    gone.abort(new Error('the server ended before it answered'));
    throw gone.signal.reason;
  });
  const connection = await Promise.race([connected(address, gone.signal), died]);
  try {
    await setRetention({ connection, namespace }, keptDays);
  } finally {
    await connection.close();
  }
}

async function connected(address: string, gone: AbortSignal): Promise<Connection> {
  const end = Date.now() + startLimitMs;
  for (;;) {
    const connection = Connection.lazy({ address, connectTimeout: attemptLimitMs });
    try {
      await connection.ensureConnected();
      return connection;
    } catch (error) {
      await connection.close();
      gone.throwIfAborted();
      if (Date.now() > end) throw error;
    }
  }
}
