import { setTimeout } from 'node:timers/promises';
import {
  Connection,
  type ConnectionOptions,
  defaultGrpcRetryOptions,
  makeGrpcRetryInterceptor,
} from '@temporalio/client';

/**
 * A connection of the Temporal client, which retries calls as usual until it is closed. `close` lets the retries come that
 * have their time, some 6 s at most, and no others: one that came after it would throw out of a timer, where nobody catches
 * it (`Channel has been shut down`).
 */
export function lazyConnection(options: ConnectionOptions): Connection {
  const usual = defaultGrpcRetryOptions();
  let isClosing = false;
  /** The instant at which the last retry has come. */
  let lastAt = 0;
  const retries = makeGrpcRetryInterceptor({
    retryableDecider: (attempt, status) => !isClosing && usual.retryableDecider(attempt, status),
    delayFunction: (attempt, status) => {
      const delay = usual.delayFunction(attempt, status);
      lastAt = Math.max(lastAt, performance.now() + delay);
      return delay;
    },
  });
  const connection = Connection.lazy({ ...options, interceptors: [retries] });
  const close = connection.close.bind(connection);
  connection.close = async () => {
    isClosing = true;
    const left = lastAt - performance.now();
    // A timer of the same length that was set before comes before.
    if (left > 0) await setTimeout(Math.ceil(left) + 1);
    await close();
  };
  return connection;
}
