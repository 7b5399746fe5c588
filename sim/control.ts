import type { SimFleet } from './fleet.ts';
import type { LoopbackServer } from './loopback.ts';
import { serveOrders } from './orders.ts';
import { answerProbe } from './probe-orders.ts';
import { ScenarioBoard } from './scenarios/board.ts';
import { Strikes } from './strikes.ts';

/**
 * On a free loopback port: `GET /stats`; `POST /phase {"name": …}`; `GET /scenarios`, `POST /scenarios/NAME` to break
 * something as in docs/faults.md, and `DELETE /scenarios/NAME` to mend it. For tests that crash what is under way:
 * `POST /gates/NAME` to hold a request, `GET /gates/NAME`, `DELETE /gates/NAME {"then":
 * "on" | "cut"}`; `POST /reach {"cluster": …, "away": true | false}` for its API server and its vault.
 */
export function serveControl(fleet: SimFleet): Promise<LoopbackServer> {
  const board = new ScenarioBoard(fleet);
  const strikes = new Strikes(fleet);
  const probed = { meshes: fleet.clusters.map(({ mesh }) => mesh), prober: fleet.prober };
  return serveOrders(async (order) => {
    const { what, name, body } = order;
    switch (what) {
      case 'GET scenarios':
        return board.list();
      case 'POST scenarios/NAME':
        board.set(name);
        return board.list();
      case 'DELETE scenarios/NAME':
        await board.mend(name);
        return board.list();
      case 'POST gates/NAME':
        strikes.set(name, await body());
        return {};
      case 'GET gates/NAME':
        return { reached: strikes.reached(name) };
      case 'DELETE gates/NAME':
        strikes.open(name, await body());
        return {};
      case 'POST reach':
        strikes.reach(await body());
        return {};
      default:
        return answerProbe(probed, order);
    }
  });
}
