import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Client } from '@temporalio/client';
import { type Simulation, startSimulation } from '../../../cli/dev/simulation.ts';
import type { Rotations } from '../../../cli/rotations.ts';
import { rotationsOn } from '../../../cli/temporal-rotations.ts';
import type { Fleet } from '../../../fleet/fleet.ts';
import { loadFleet } from '../../../fleet/load.ts';
import { connectClient } from '../../../worker/connection.ts';
import { type DevServer, startDevServer } from '../../../worker/dev-server.ts';
import { resolveTemporalCli } from '../../../worker/temporal-binary/resolve.ts';
import { startTied, type TiedProcess } from '../../../worker/tied-process.ts';
import { startBareServer } from './bare-server.ts';
import { Gates } from './gates.ts';
import { killed } from './tied.ts';

/** As `npm run build` leaves it: starts in a second, since its workflow code is bundled already. */
export const meshturnProgram = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url));

/** It goes on for a minute at least, and other meshes beside it: a fifth of the demo's are hundreds all the same. */
export const handshakesPerSecond = 12;

/** A killed worker is missed after so long. */
const heartbeat = '3s';

const run = promisify(execFile);

interface Connected {
  readonly client: Client;
  readonly rotations: Rotations;
}

/**
 * Temporal with a database in a file, a simulated fleet and a worker, each a process of its own that can be killed
 * and started again, as they are in operation.
 */
export class World {
  readonly folder: string;
  readonly simulation: Simulation;
  readonly gates: Gates;
  readonly fleet: Fleet;
  #temporal: DevServer;
  #worker: TiedProcess | undefined;
  #connected: Connected;
  /** Connections to servers that were killed: a query on one of them may be under way. */
  readonly #left: Connected[] = [];

  private constructor(parts: {
    readonly folder: string;
    readonly simulation: Simulation;
    readonly fleet: Fleet;
    readonly temporal: DevServer;
    readonly connected: Connected;
  }) {
    this.folder = parts.folder;
    this.simulation = parts.simulation;
    this.gates = new Gates(parts.simulation.control);
    this.fleet = parts.fleet;
    this.#temporal = parts.temporal;
    this.#connected = parts.connected;
  }

  static async start(options: { readonly seed: number }): Promise<World> {
    if (!existsSync(meshturnProgram)) throw new Error(`there is no ${meshturnProgram}: npm run build`);
    const folder = await mkdtemp(join(tmpdir(), 'meshturn-world-'));
    const fleetFolder = join(folder, 'fleet');
    await mkdir(fleetFolder, { mode: 0o700 });
    const fleetOptions = { folder: fleetFolder, clusters: 3, handshakesPerSecond };
    const simulation = await startSimulation({ ...fleetOptions, ...options });
    const text = await readFile(simulation.fleetFile, 'utf8');
    await writeFile(simulation.fleetFile, text.replace(/heartbeat: \d+s/, `heartbeat: ${heartbeat}`));
    const fleet = await loadFleet(simulation.fleetFile);
    const temporal = await serverIn(folder);
    const world = new World({ folder, simulation, fleet, temporal, connected: await connectedTo(temporal) });
    await world.startWorker();
    return world;
  }

  /** What the tools of an operator find the server by. */
  get environment(): NodeJS.ProcessEnv {
    const own = Object.entries(process.env).filter(([name]) => !name.startsWith('TEMPORAL_'));
    return { ...Object.fromEntries(own), TEMPORAL_ADDRESS: this.#temporal.address };
  }

  get rotations(): Rotations {
    return this.#connected.rotations;
  }

  get client(): Client {
    return this.#connected.client;
  }

  async startWorker(): Promise<void> {
    const command = [process.execPath, meshturnProgram, 'worker', '-f', this.simulation.fleetFile];
    const logFile = join(this.folder, 'worker.log');
    this.#worker = await startTied(command, { logFile, environment: this.environment });
  }

  async killWorker(): Promise<void> {
    if (this.#worker !== undefined) await killed(this.#worker);
  }

  async killTemporal(): Promise<void> {
    await killed(this.#temporal);
  }

  /** On the same port, with what its database holds. */
  async startTemporal(): Promise<void> {
    await this.#connect(await serverIn(this.folder, Number(this.#temporal.address.split(':').at(-1))));
  }

  /**
   * After server and worker were killed: the server forgets all it knew, is set up anew as its operator would do it,
   * and another worker takes its tasks.
   */
  async startAnew(): Promise<void> {
    for (const file of await readdir(this.folder)) {
      if (file.startsWith(databaseName)) await rm(join(this.folder, file));
    }
    const { path } = await resolveTemporalCli({ downloads: true });
    const databaseFile = join(this.folder, databaseName);
    await this.#connect(await startBareServer(this.#temporal, { path, databaseFile }));
    await this.meshturn('setup', '--retention', '30d');
    await this.startWorker();
  }

  /** Runs a command line as an operator does. Rejects with its `stderr` where it does not end with 0. */
  async meshturn(...words: readonly string[]): Promise<{ readonly stdout: string; readonly stderr: string }> {
    return run(process.execPath, [meshturnProgram, ...words], { env: this.environment });
  }

  async #connect(server: DevServer): Promise<void> {
    this.#left.push(this.#connected);
    this.#temporal = server;
    this.#connected = await connectedTo(server);
  }

  async close(): Promise<void> {
    await this.#worker?.stop();
    for (const { client } of [...this.#left, this.#connected]) await client.connection.close();
    await this.#temporal.stop();
    await this.simulation.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

const databaseName = 'temporal.db';

async function serverIn(folder: string, port?: number): Promise<DevServer> {
  const { path } = await resolveTemporalCli({ downloads: true });
  const databaseFile = join(folder, databaseName);
  return startDevServer({ path, folder, databaseFile, ...(port === undefined ? {} : { port }) });
}

async function connectedTo(server: DevServer): Promise<Connected> {
  const ref = await connectClient({ address: server.address, namespace: server.namespace });
  return { client: new Client(ref), rotations: rotationsOn(ref) };
}
