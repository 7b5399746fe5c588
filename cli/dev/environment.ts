import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Fleet } from '../../fleet/fleet.ts';
import { loadFleet } from '../../fleet/load.ts';
import { connectClient } from '../../worker/connection.ts';
import { startDevServer } from '../../worker/dev-server.ts';
import { registerSearchAttributes } from '../../worker/namespace.ts';
import { startWorker } from '../../worker/run.ts';
import { type ResolvedServer, resolveTemporal } from '../../worker/temporal-binary/resolve.ts';
import { type Rotations } from '../rotations.ts';
import { rotationsOn } from '../temporal-rotations.ts';
import { type Simulation, startSimulation } from './simulation.ts';

export interface EnvironmentOptions {
  readonly clusters: number;
  readonly seed: number;
  /** Told of every part as it comes up. */
  readonly say: (line: string) => void;
}

/** Temporal, a simulated fleet and a worker, on this machine only. */
export interface Environment {
  readonly temporal: { readonly address: string; readonly ui: string };
  /** Where fleet file, new CAs and logs are. */
  readonly folder: string;
  readonly simulation: Simulation;
  readonly fleet: Fleet;
  readonly rotations: Rotations;
  /** Ends all of it, in the order in which each part needs the others, and removes the folder. */
  readonly close: () => Promise<void>;
}

/** Starts all parts; where one fails, those that already run are ended. Throws what the parts throw. */
export async function startEnvironment({ clusters, seed, say }: EnvironmentOptions): Promise<Environment> {
  const started: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const stop of started.splice(0).reverse()) await stop();
  };
  try {
    const folder = await mkdtemp(join(tmpdir(), 'meshturn-'));
    started.push(() => rm(folder, { recursive: true }));

    const resolved = await resolveTemporal({ downloads: true });
    say(
      `Temporal: ${resolved.source}, ${'path' in resolved ? resolved.path : resolved.address} (${resolved.reason})`,
    );
    const [temporal, simulation] = await Promise.all([
      temporalServer(resolved, folder, started),
      simulatedFleet({ folder, clusters, seed }, started),
    ]);
    say(`Temporal UI: ${temporal.ui}`);
    say(`Fleet file: ${simulation.fleetFile} (${clusters} simulated clusters)`);

    const fleet = await loadFleet(simulation.fleetFile);
    const ref = await connectClient({ address: temporal.address, namespace: temporal.namespace });
    started.push(() => ref.connection.close());
    await registerSearchAttributes(ref);
    const worker = await startWorker({
      target: { address: temporal.address, namespace: temporal.namespace },
      fleets: [fleet],
      logFile: join(folder, 'worker.log'),
    });
    started.push(() => worker.stop());
    return { temporal, folder, simulation, fleet, rotations: rotationsOn(ref), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function temporalServer(resolved: ResolvedServer, folder: string, started: (() => Promise<void>)[]) {
  if ('address' in resolved) {
    return { address: resolved.address, namespace: 'default', ui: 'the UI of that server' };
  }
  const server = await startDevServer({ path: resolved.path, folder });
  started.push(() => server.stop());
  return { address: server.address, namespace: server.namespace, ui: server.uiUrl };
}

async function simulatedFleet(
  options: Parameters<typeof startSimulation>[0],
  started: (() => Promise<void>)[],
): Promise<Simulation> {
  const simulation = await startSimulation(options);
  started.push(() => simulation.stop());
  return simulation;
}
