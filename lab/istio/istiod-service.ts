import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { IstiodEndpoint } from '../../sim/proxies/ca-client.ts';

const ip = '127.0.0.1';

/** What the Service of istiod is in a cluster: an address behind which the ready ones are, in turn. */
export class IstiodService {
  readonly #istiods: () => readonly IstiodEndpoint[];
  readonly #server: Server;
  readonly #open = new Set<Socket>();
  #turn = 0;

  constructor(istiods: () => readonly IstiodEndpoint[]) {
    this.#istiods = istiods;
    this.#server = createServer((socket) => this.#pass(socket));
  }

  /** Its port, once it listens. */
  async listen(): Promise<number> {
    this.#server.listen(0, ip);
    await once(this.#server, 'listening');
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the listener has no port');
    return address.port;
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#open) socket.destroy();
    await closed;
  }

  #pass(client: Socket): void {
    const ready = this.#istiods();
    const istiod = ready[this.#turn++ % Math.max(1, ready.length)];
    if (istiod === undefined) {
      client.destroy();
      return;
    }
    const server = connect(istiod.port, ip);
    // Whichever side ends, by whatever, the other sees it end.
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#open.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        this.#open.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  }
}
