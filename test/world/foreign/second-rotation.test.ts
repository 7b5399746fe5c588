import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createActivities } from '../../../activities/create.ts';
import { rotationsOn } from '../../../cli/temporal-rotations.ts';
import { loadFleet } from '../../../fleet/load.ts';
import type { RotationProgress } from '../../../rotation/progress.ts';
import { Gate } from '../../../sim/gate.ts';
import { makeMeshCa, writeNewCa } from '../../../sim/new-ca.ts';
import { byMeshturn } from '../../../sim/scenarios/vault.ts';
import { connectClient } from '../../../worker/connection.ts';
import { startDevServer } from '../../../worker/dev-server.ts';
import { startWorker } from '../../../worker/run.ts';
import { resolveTemporalCli } from '../../../worker/temporal-binary/resolve.ts';
import { Course } from '../faults/course.ts';
import { demandOldWithNew, demandTrafficOf } from '../faults/traffic.ts';
import { startWorld, type Lane, type World } from '../faults/world.ts';
import { meshOf } from './mesh.ts';

const mesh = meshOf('second-rotation');

let world: World;
let other: Awaited<ReturnType<typeof otherWorld>>;
let lane: Lane;

beforeAll(async () => {
  world = await startWorld([mesh]);
  lane = world.lane(mesh);
  other = await otherWorld(lane);
  await lane.sim.start();
});

afterAll(async () => {
  await other.close();
  await world.close();
});

/** The same clusters and vaults in another fleet file, rotated to another CA over another Temporal server. */
async function otherWorld({ directory, sim, kind }: Lane) {
  const text = await readFile(join(directory, 'fleet.yaml'), 'utf8');
  const file = join(directory, 'other.yaml');
  await writeFile(file, text.replace(`name: ${kind.name}`, 'name: others'));
  const fleet = await loadFleet(file);
  const units = sim.clusters.map(({ profile }) => profile.name);
  const caFolder = join(directory, 'root-c');
  await writeNewCa(caFolder, makeMeshCa({ generation: 'C', units }));
  const folder = await mkdtemp(join(tmpdir(), 'others-'));
  const { path } = await resolveTemporalCli({ downloads: true });
  const server = await startDevServer({ path, folder });
  const target = { address: server.address, namespace: server.namespace };
  const ref = await connectClient(target);
  const worker = await startWorker({ target, fleets: [fleet], logFile: join(folder, 'worker.log') });
  const running = { rotations: rotationsOn(ref), observer: createActivities({ fleets: [fleet] }) };
  const course = new Course({ ...lane, ...running, fleet });
  const name = { fleet: fleet.name, mesh: fleet.meshes[0]?.name ?? '' };
  const ca = { kind: 'root', directory: caFolder } as const;
  return {
    course,
    /** Returns the mesh as it was planned on. */
    start: async (rotationId: string) => {
      const { policy, observed } = await course.plan();
      await running.rotations.start({ ...name, rotationId, ca, policy });
      return observed;
    },
    close: async () => {
      await worker.stop();
      await ref.connection.close();
      await server.stop();
      await rm(folder, { recursive: true });
    },
  };
}

/** Versions of the root bundles by the rotation that wrote them. */
function writers(): readonly (string | undefined)[] {
  return lane.sim.clusters.flatMap(({ vault }) =>
    vault.store.versions('root-cert').map(({ tags }) => tags['meshturn-rotation']),
  );
}

/** Of a cluster that waits or is done, or of the barrier where all have ended the phase by then. */
const stops = ({ phases, stopped }: RotationProgress) => [
  stopped,
  ...phases.flatMap(({ clusters }) => clusters.map((one) => one.stopped)),
];

it('a second rotation is refused while the first writes, and named by the first where it writes later', async () => {
  const { sim, rotations, fleet } = lane;
  const course = new Course(lane);
  const gate = new Gate();
  const [first] = sim.clusters;
  first?.vault.faults.add({
    matches: (request) => request.method === 'PUT' && request.name === 'root-cert' && byMeshturn(request),
    effect: { kind: 'hold', pass: () => gate.pass() },
    times: 1,
  });
  await course.start();
  await course.until(() => gate.reached && writers().includes('r-1'));
  // Both clusters have their write behind them or under way, which a pause lets end: however long the other one takes,
  // this one is not past the barrier.
  await rotations.tell({ fleet: fleet.name, mesh: 'payments' }, 'pause', {});

  await other.start('r-2');
  const refused = await other.course.until(({ state }) => state === 'failed');
  expect(refused.stopped).toMatchObject({ code: 'INVARIANT_VIOLATED' });
  expect(refused.stopped?.message).toContain('HELD_BY_OTHER_ROTATION');
  expect(refused.stopped?.message).toContain('r-1');
  expect(refused.stopped?.hint).toContain('wait until its lease has run out');
  expect(writers()).not.toContain('r-2');
  gate.open('on');

  await course.until(({ state }) => state === 'paused');
  const between = await other.start('r-3');
  expect(between.units.map(({ source }) => source.unfinished)).toMatchObject(
    sim.clusters.map(() => ({
      rotationId: 'r-1',
      mesh: `${fleet.name}/payments`,
      step: 'distribute/add-roots',
    })),
  );
  const stopped = await course.until((progress) => stops(progress).some((stop) => stop !== undefined));
  expect(stops(stopped).find((stop) => stop !== undefined)).toMatchObject({
    code: expect.stringMatching(/^(SOURCE_CHANGED_BY_OTHER|HELD_BY_OTHER_ROTATION)$/) as string,
  });
  expect(stopped.phases.slice(1).map(({ state }) => state)).toEqual(['waiting', 'waiting']);

  const byFirst = writers().filter((id) => id === 'r-1').length;
  await rotations.tell({ fleet: fleet.name, mesh: 'payments' }, 'abort', { reason: 'the others rotate' });
  await course.until(({ state }) => state === 'aborted');
  const completed = await other.course.until(({ state }) => state === 'completed');
  expect(writers().filter((id) => id === 'r-1')).toHaveLength(byFirst);
  demandTrafficOf(lane, { ...completed, startedAt: stopped.startedAt });
  demandOldWithNew(lane);
  const { failed, failures } = sim.prober.stats();
  expect(failed, JSON.stringify(failures)).toBe(0);
});
