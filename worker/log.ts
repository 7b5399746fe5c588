import { DefaultLogger, type Logger, type LogLevel, Runtime } from '@temporalio/worker';
import pino from 'pino';

const levels = {
  TRACE: 'trace',
  DEBUG: 'debug',
  INFO: 'info',
  WARN: 'warn',
  ERROR: 'error',
} as const satisfies Record<LogLevel, pino.Level>;

/** Bytes that wait while they cannot be written; what comes beyond is lost. */
const mostWaiting = 1 << 20;

/** JSON lines to the file, or to standard error. Rotations go on where their log's disk is full: that is told once. */
export function pinoLogger(file: string | undefined): Logger {
  const destination = pino.destination({ dest: file ?? 2, sync: true, maxLength: mostWaiting });
  let isTold = file === undefined;
  destination.on('error', (error: Error) => {
    if (!isTold) process.stderr.write(`warning: the log ${file} is not written: ${error.message}\n`);
    isTold = true;
  });
  const log = pino({ name: 'meshturn' }, destination);
  return new DefaultLogger('INFO', ({ level, message, meta }) => {
    log[levels[level]](meta ?? {}, message);
  });
}

let installed = false;

/**
 * Sends what the SDK and all workflows and activities log to one place. The SDK knows one runtime a process:
 * the first call counts.
 */
export function installRuntime(logFile: string | undefined): void {
  if (installed) return;
  installed = true;
  const logger = pinoLogger(logFile);
  // Signals are the command's to handle: one that starts a worker beside other parts ends them in its own order.
  Runtime.install({
    logger,
    shutdownSignals: [],
    telemetryOptions: { logging: { filter: 'warn', forward: {} } },
  });
}
