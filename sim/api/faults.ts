import type { Socket } from 'node:net';
import type { Passage } from '../gate.ts';
import type { ApiRequest } from './access.ts';

/** What goes wrong with a request. */
export interface Fault {
  readonly matches: (request: ApiRequest) => boolean;
  /** Milliseconds before the answer, or before whatever else the fault does. */
  readonly delay?: number;
  /** Answers with this HTTP status instead: 429, 503 and the like. */
  readonly status?: number;
  /** Seconds, as the Retry-After header of that answer. */
  readonly retryAfter?: number;
  /** Waits until somebody lets it go on, or has its connection cut. */
  readonly hold?: () => Promise<Passage>;
  /** Cuts the connection instead of an answer. */
  readonly cut?: boolean;
  /** Lets it through, and cuts its connection so many milliseconds later: for watches, logs and sessions. */
  readonly cutAfter?: number;
  /** How often it strikes; without it, until it is taken back. */
  readonly times?: number;
  /** Called for each request that it strikes. */
  readonly onStrike?: () => void;
}

/** The faults of one cluster's API server, set by a test or by a demonstration. */
export class Faults {
  readonly #faults = new Map<Fault, { left: number }>();
  readonly #sockets = new Set<Socket>();

  /** Sets a fault; the returned function takes it back. */
  set(fault: Fault): () => void {
    this.#faults.set(fault, { left: fault.times ?? Infinity });
    return () => this.#faults.delete(fault);
  }

  clear(): void {
    this.#faults.clear();
  }

  /** A connection that a request has come by. */
  connected(socket: Socket): void {
    if (this.#sockets.has(socket)) return;
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
  }

  /** Cuts every connection that is open: watches, logs and sessions too. */
  cutAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** The first fault that strikes this request; counts it. */
  strike(request: ApiRequest): Fault | undefined {
    for (const [fault, count] of this.#faults) {
      if (!fault.matches(request)) continue;
      count.left -= 1;
      if (count.left <= 0) this.#faults.delete(fault);
      fault.onStrike?.();
      return fault;
    }
    return undefined;
  }
}
