import { once } from 'node:events';
import { connect, createServer, type Server } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, expect, it } from 'vitest';
import { serveIstiods } from '../../../lab/istio/istiod-service.ts';
import type { LoopbackServer } from '../../../sim/loopback.ts';
import type { IstiodEndpoint } from '../../../sim/proxies/ca-client.ts';

const servers: Server[] = [];
let service: LoopbackServer;
afterEach(async () => {
  await service.close();
  for (const server of servers.splice(0)) server.close();
});

/** One that says its name to whoever connects. */
async function istiod(pod: string): Promise<IstiodEndpoint> {
  const server = createServer((socket) => socket.end(pod)).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  const address = server.address();
  return { pod, host: 'istiod', port: address !== null && typeof address === 'object' ? address.port : 0 };
}

const ask = (port: number) => text(connect(port, '127.0.0.1').on('error', () => undefined));

it('passes connections to the istiods that are ready, one after the other', async () => {
  const ready = [await istiod('istiod-0'), await istiod('istiod-1')];
  service = await serveIstiods(() => ready);
  const { port } = service;
  expect([await ask(port), await ask(port), await ask(port)]).toEqual(['istiod-0', 'istiod-1', 'istiod-0']);
  ready.pop();
  expect([await ask(port), await ask(port)]).toEqual(['istiod-0', 'istiod-0']);
});

it('refuses them where none is ready, or the one that was has gone', async () => {
  let ready: readonly IstiodEndpoint[] = [];
  service = await serveIstiods(() => ready);
  const { port } = service;
  await expect(ask(port)).resolves.toBe('');
  ready = [await istiod('istiod-0')];
  servers.splice(0).forEach((server) => server.close());
  await expect(ask(port)).resolves.toBe('');
});
