import { setTimeout } from 'node:timers/promises';
import { type Connection, defaultGrpcRetryOptions, makeGrpcRetryInterceptor } from '@temporalio/client';

/**
 * The retries of a Temporal client, as it makes them by itself, until its connection is closed. Without this, one that
 * is still to come when that happens throws out of a timer, where nobody catches it (`Channel has been shut down`).
 */
export class ClosingRetries {
  readonly #usual = defaultGrpcRetryOptions();
  /** The instant at which the last retry has come. */
  #lastAt = 0;
  #closing = false;

  /** For the connection that `closing` is given later. */
  readonly interceptor = makeGrpcRetryInterceptor({
    retryableDecider: (attempt, status) => !this.#closing && this.#usual.retryableDecider(attempt, status),
    delayFunction: (attempt, status) => {
      const delay = this.#usual.delayFunction(attempt, status);
      this.#lastAt = Math.max(this.#lastAt, performance.now() + delay);
      return delay;
    },
  });

  /** The connection, whose `close` lets the retries come that have their time, some 6 s at most, and no others. */
  closing(connection: Connection): Connection {
    const close = connection.close.bind(connection);
    connection.close = async () => {
      this.#closing = true;
      const left = this.#lastAt - performance.now();
      // A timer of the same length that was set before comes before.
      if (left > 0) await setTimeout(Math.ceil(left) + 1);
      await close();
    };
    return connection;
  }
}
