import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { type SimFleet } from './fleet.ts';
import { listenOnLoopback, type LoopbackServer } from './loopback.ts';

const phase = z.object({ name: z.string() });

/** `GET /stats` and `POST /phase {"name": …}`, on a free loopback port. */
export function serveControl(fleet: SimFleet): Promise<LoopbackServer> {
  const server = createServer((request, response) => {
    answer(fleet, request).then(
      (body) => {
        const status = body === undefined ? 404 : 200;
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body ?? {}));
      },
      (error: unknown) => {
        const message = error instanceof Error ? error.message : 'unknown error';
        response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify({ message }));
      },
    );
  });
  return listenOnLoopback(server);
}

async function answer(fleet: SimFleet, request: IncomingMessage): Promise<unknown> {
  const asked = `${request.method ?? ''} ${request.url ?? ''}`;
  if (asked === 'GET /stats') return statsOf(fleet);
  if (asked !== 'POST /phase') return undefined;
  fleet.prober.beginPhase(phase.parse(JSON.parse(await text(request))).name);
  return statsOf(fleet);
}

function statsOf({ clusters, prober }: SimFleet): unknown {
  const cpu = process.cpuUsage();
  return {
    clusters: clusters.map(({ profile, mesh }) => ({
      name: profile.name,
      proxies: mesh.proxies().length,
      istiods: mesh.istiods().length,
    })),
    proxies: clusters.reduce((sum, { mesh }) => sum + mesh.proxies().length, 0),
    handshakes: prober.stats(),
    cpuSeconds: (cpu.user + cpu.system) / 1e6,
    residentBytes: process.memoryUsage.rss(),
  };
}
