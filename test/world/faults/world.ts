import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, WorkflowNotFoundError } from '@temporalio/client';
import { createActivities, type FleetActivities } from '../../../activities/create.ts';
import type { Rotations } from '../../../cli/rotations.ts';
import { rotationsOn } from '../../../cli/temporal-rotations.ts';
import type { Fleet } from '../../../fleet/fleet.ts';
import { loadFleet } from '../../../fleet/load.ts';
import { buildFleet, type SimFleet } from '../../../sim/fleet.ts';
import type { Scenario } from '../../../sim/scenarios/scenario.ts';
import { connectClient } from '../../../worker/connection.ts';
import { startDevServer } from '../../../worker/dev-server.ts';
import { startWorker } from '../../../worker/run.ts';
import { resolveTemporalCli } from '../../../worker/temporal-binary/resolve.ts';

/** What a mesh of two clusters is made of. */
export type MeshKind = Pick<Scenario, 'name' | 'on' | 'rotation' | 'file' | 'cronJobEvery' | 'leafTtl'>;

/** A mesh of its own for one test, the first cluster of which is of the kind asked for. */
export interface Lane {
  readonly kind: MeshKind;
  readonly sim: SimFleet;
  readonly fleet: Fleet;
  readonly directory: string;
  readonly rotations: Rotations;
  readonly observer: FleetActivities;
  /** The types of the activities that a workflow has under way. */
  readonly underWay: (workflowId: string) => Promise<readonly string[]>;
  /** Ends the mesh: one that has had its turn is to cost nothing more. */
  readonly end: () => Promise<void>;
}

export interface World {
  lane(kind: MeshKind): Lane;
  close(): Promise<void>;
}

/** Seconds made fractions of them, so that a rotation is over in some ten seconds. */
export const settings = {
  ...{ csiPollInterval: 400, csiObjectDelay: 5, reloadDebounce: 50, cronJobEvery: 1_000 },
  ...{ kubeletConfigMapDelay: 200, podStart: 100, podDrain: 150, handshakesPerSecond: 4 },
};

/** One Temporal server and one worker over all fleets; the clusters of a fleet come up with its test. */
export async function startWorld(kinds: readonly MeshKind[]): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'faults-'));
  const { path } = await resolveTemporalCli({ downloads: true });
  const server = await startDevServer({ path, folder });
  const target = { address: server.address, namespace: server.namespace };
  const ref = await connectClient(target);
  const built = await Promise.all(kinds.map((kind) => build(kind, join(folder, kind.name))));
  const fleets = built.map(({ fleet }) => fleet);
  const worker = await startWorker({ target, fleets, logFile: join(folder, 'worker.log') });
  const shared = {
    rotations: rotationsOn(ref),
    observer: createActivities({ fleets }),
    underWay: activitiesOn(new Client(ref)),
  };
  const lanes = new Map(built.map((lane) => [lane.kind.name, { ...lane, ...shared }]));
  return {
    lane: ({ name }) => {
      const lane = lanes.get(name);
      if (lane === undefined) throw new RangeError(`expected a mesh for ${name}`);
      return lane;
    },
    close: async () => {
      await worker.stop();
      await Promise.all(built.map(({ end }) => end()));
      await ref.connection.close();
      await server.stop();
      await rm(folder, { recursive: true });
    },
  };
}

function activitiesOn({ workflow }: Client): Lane['underWay'] {
  return async (workflowId) => {
    try {
      const { raw } = await workflow.getHandle(workflowId).describe();
      return (raw.pendingActivities ?? []).flatMap(({ activityType }) => activityType?.name ?? []);
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return [];
      throw error;
    }
  };
}

async function build(
  kind: MeshKind,
  directory: string,
): Promise<Omit<Lane, 'rotations' | 'observer' | 'underWay'>> {
  const { name, on, file, cronJobEvery = settings.cronJobEvery, leafTtl } = kind;
  const sim = buildFleet({
    ...{ clusters: 2, kinds: [on, 'live'], workloads: ['ledger', 'queue'] },
    settings: { ...settings, cronJobEvery, ...(leafTtl === undefined ? {} : { leafTtl }) },
    file: { ...file, name },
  });
  await sim.writeTo(directory);
  let ended: Promise<void> | undefined;
  const end = () => (ended ??= sim.stop());
  return { kind, sim, directory, end, fleet: await loadFleet(join(directory, 'fleet.yaml')) };
}
