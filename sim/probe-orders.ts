import { z } from 'zod';
import type { Order } from './orders.ts';
import type { ProbedMesh, Prober } from './prober/prober.ts';

/** Clusters among whose workloads handshakes are made. */
export interface Probed {
  readonly meshes: readonly ProbedMesh[];
  readonly prober: Prober;
}

const phase = z.object({ name: z.string() });

/** `GET /stats`; `POST /phase {"name": …}`. Undefined for any other order. */
export async function answerProbe(probed: Probed, { what, body }: Order): Promise<unknown> {
  if (what === 'POST phase') probed.prober.beginPhase(phase.parse(await body()).name);
  return what === 'POST phase' || what === 'GET stats' ? statsOf(probed) : undefined;
}

function statsOf({ meshes, prober }: Probed): unknown {
  const cpu = process.cpuUsage();
  return {
    clusters: meshes.map((mesh) => ({
      name: mesh.cluster.name,
      proxies: mesh.proxies().length,
      istiods: mesh.istiods().length,
    })),
    proxies: meshes.reduce((sum, mesh) => sum + mesh.proxies().length, 0),
    handshakes: prober.stats(),
    cpuSeconds: (cpu.user + cpu.system) / 1e6,
    residentBytes: process.memoryUsage.rss(),
  };
}
