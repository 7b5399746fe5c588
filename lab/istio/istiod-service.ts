import { connect, createServer, type Socket } from 'node:net';
import { listenOnLoopback, type LoopbackServer } from '../../sim/loopback.ts';
import type { IstiodEndpoint } from '../../sim/proxies/ca-client.ts';

/** What the Service of istiod is in a cluster: an address behind which the ready ones are, in turn. */
export function serveIstiods(istiods: () => readonly IstiodEndpoint[]): Promise<LoopbackServer> {
  let turn = 0;
  const server = createServer((client) => {
    const ready = istiods();
    const istiod = ready[turn++ % Math.max(1, ready.length)];
    if (istiod === undefined) client.destroy();
    else tie(client, connect(istiod.port, '127.0.0.1'));
  });
  return listenOnLoopback(server);
}

/** Whichever side ends, by whatever, the other sees it end. */
function tie(client: Socket, server: Socket): void {
  for (const [one, other] of [
    [client, server],
    [server, client],
  ] as const) {
    one.on('error', () => other.destroy());
    one.on('close', () => other.destroy());
    one.pipe(other);
  }
}
