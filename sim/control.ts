import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import type { SimFleet } from './fleet.ts';
import { listenOnLoopback, type LoopbackServer } from './loopback.ts';
import { ScenarioBoard } from './scenarios/board.ts';
import { Strikes } from './strikes.ts';

const phase = z.object({ name: z.string() });

interface Controlled {
  readonly fleet: SimFleet;
  readonly board: ScenarioBoard;
  readonly strikes: Strikes;
}

/**
 * On a free loopback port: `GET /stats`; `POST /phase {"name": …}`; `GET /scenarios`, `POST /scenarios/NAME` to break
 * something as in docs/faults.md, and `DELETE /scenarios/NAME` to mend it. For tests that crash what is under way:
 * `POST /gates/NAME` to hold a request, `GET /gates/NAME`, `DELETE /gates/NAME {"then":
 * "on" | "cut"}`; `POST /reach {"cluster": …, "away": true | false}` for its API server and its vault.
 */
export function serveControl(fleet: SimFleet): Promise<LoopbackServer> {
  const controlled = { fleet, board: new ScenarioBoard(fleet), strikes: new Strikes(fleet) };
  const server = createServer((request, response) => {
    answer(controlled, request).then(
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

async function answer({ fleet, board, strikes }: Controlled, request: IncomingMessage): Promise<unknown> {
  const { method = '', url = '' } = request;
  const [, resource = '', name] = url.split('/');
  const body = async (): Promise<unknown> => JSON.parse(await text(request));
  switch (`${method} ${resource}${name === undefined ? '' : '/NAME'}`) {
    case 'GET stats':
      return statsOf(fleet);
    case 'POST phase':
      fleet.prober.beginPhase(phase.parse(await body()).name);
      return statsOf(fleet);
    case 'GET scenarios':
      return board.list();
    case 'POST scenarios/NAME':
      board.set(name ?? '');
      return board.list();
    case 'DELETE scenarios/NAME':
      await board.mend(name ?? '');
      return board.list();
    case 'POST gates/NAME':
      strikes.set(name ?? '', await body());
      return {};
    case 'GET gates/NAME':
      return { reached: strikes.reached(name ?? '') };
    case 'DELETE gates/NAME':
      strikes.open(name ?? '', await body());
      return {};
    case 'POST reach':
      strikes.reach(await body());
      return {};
    default:
      return undefined;
  }
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
