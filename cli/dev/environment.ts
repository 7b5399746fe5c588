import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Fleet } from '../../fleet/fleet.ts';
import { loadFleet } from '../../fleet/load.ts';
import { connectClient, type TemporalTarget } from '../../worker/connection.ts';
import { startDevServer } from '../../worker/dev-server.ts';
import { type NamespaceRef, registerSearchAttributes } from '../../worker/namespace.ts';
import { startWorker } from '../../worker/run.ts';
import { resolveTemporal } from '../../worker/temporal-binary/resolve.ts';
import { makeTemporaryFolder } from '../../worker/temporary-folder.ts';
import { unlessAborted } from '../../worker/unless-aborted.ts';
import type { Rotations } from '../rotations.ts';
import { rotationsOn } from '../temporal-rotations.ts';
import { choiceLines } from './choice-lines.ts';
import { Parts } from './parts.ts';
import { type Simulation, type SimulationOptions, startSimulation } from './simulation.ts';

export interface EnvironmentOptions extends Omit<SimulationOptions, 'folder'> {
  /** Told of every part as it comes up. */
  readonly say: (line: string) => void;
  /** Ends the start where it is, and what has come up until then. */
  readonly interrupted?: AbortSignal;
}

interface TemporalServer {
  readonly address: string;
  /** Undefined where the server runs already: then it is not known. */
  readonly ui: string | undefined;
  /** Leads any other process of this machine to it as well. */
  readonly target: TemporalTarget;
}

/** Temporal, a fleet and a worker, on this machine only. */
export interface Environment {
  readonly temporal: TemporalServer;
  /** Where fleet file, new CAs and logs are. */
  readonly folder: string;
  readonly simulation: Simulation;
  readonly fleet: Fleet;
  readonly rotations: Rotations;
  /** Aborted, with why, when one of the parts ends though nobody has stopped it: none of the others goes on alone. */
  readonly failed: AbortSignal;
  /** Ends all of it, in the order in which each part needs the others, and removes the folder. */
  readonly close: () => Promise<void>;
}

/**
 * Starts all parts; where one fails, or Ctrl-C comes before all are up, those that run or come up later are
 * ended. Throws what the parts throw, and the reason of `interrupted`.
 */
export async function startEnvironment(options: EnvironmentOptions): Promise<Environment> {
  const parts = new Parts(options.interrupted);
  try {
    return await startParts(parts, options);
  } catch (error) {
    // What a part throws for want of another says less than why that one ended.
    const why: unknown = parts.failed.aborted ? parts.failed.reason : error;
    // What cannot be ended then is worth less.
    await Promise.allSettled([parts.close()]);
    throw why;
  }
}

async function startParts(
  parts: Parts,
  { say, interrupted, ...simulated }: EnvironmentOptions,
): Promise<Environment> {
  const folder = await parts.begin(
    () => makeTemporaryFolder('meshturn-'),
    // The simulation has removed it already, unless it never came up or was killed.
    { end: (path) => rm(path, { recursive: true, force: true }) },
  );
  const resolved = await unlessAborted(interrupted, resolveTemporal({ downloads: true }));
  for (const line of choiceLines(resolved)) say(line);
  const startFleet = () =>
    parts.begin((signal) => startSimulation({ ...simulated, folder }, signal), {
      end: (simulation) => simulation.stop(),
      failed: (simulation) => simulation.failed,
    });
  // A server that is said to run may not: nothing is simulated for one that does not answer.
  const [temporal, simulation] =
    'address' in resolved
      ? [await runningServer(parts, resolved.address), await startFleet()]
      : await Promise.all([ownServer(parts, resolved.path, folder), startFleet()]);
  if (temporal.ui !== undefined) say(`Temporal UI: ${temporal.ui}, TEMPORAL_ADDRESS=${temporal.address}`);
  say(`Fleet file: ${simulation.fleetFile} (${simulation.clusters})`);

  const fleet = await loadFleet(simulation.fleetFile);
  await unlessAborted(parts.signal, registerSearchAttributes(temporal.ref));
  const logFile = join(folder, 'worker.log');
  await parts.begin(() => startWorker({ target: temporal.target, fleets: [fleet], logFile }), {
    end: (worker) => worker.stop(),
    failed: (worker) => worker.failed,
  });
  const rotations = rotationsOn(temporal.ref);
  return { temporal, folder, simulation, fleet, rotations, failed: parts.failed, close: () => parts.close() };
}

interface Connected extends TemporalServer {
  readonly ref: NamespaceRef;
}

/** Whatever TEMPORAL_* and the profile say, namespace and credentials too. */
async function runningServer(parts: Parts, address: string): Promise<Connected> {
  return { address, ui: undefined, target: {}, ref: await connected(parts, {}) };
}

async function ownServer(parts: Parts, path: string, folder: string): Promise<Connected> {
  const { address, uiUrl, namespace } = await parts.begin(
    (signal) => startDevServer({ path, folder }, signal),
    { end: (server) => server.stop(), failed: (server) => server.failed },
  );
  const target = { address, namespace };
  return { address, ui: uiUrl, target, ref: await connected(parts, target) };
}

function connected(parts: Parts, target: TemporalTarget): Promise<NamespaceRef> {
  return parts.begin((signal) => unlessAborted(signal, connectClient(target)), {
    end: ({ connection }) => connection.close(),
  });
}
