import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeRoot } from '../../../pki/make.ts';
import { type Scenario } from '../../../sim/scenarios/scenario.ts';
import { Course } from '../faults/course.ts';
import { startWorld, type Lane, type World } from '../faults/world.ts';

/** A mesh whose first cluster waits for renewals, and looks every second at what is proven. */
function laneOf(name: string): Scenario {
  const usual = { sync: '60s', load: '60s', secondPlane: '30s', kubeletPropagation: '1s', clockSkew: '2s' };
  const limits = { ...usual, rollout: '60s', censusEvery: '1s', heartbeat: '5s', watchEvery: '1s' };
  return {
    ...{ name, title: name, on: 'renewing', rotation: 'root', strikes: [], todo: '-', file: { limits } },
    set: () => () => undefined,
  };
}

const waiting = laneOf('waiting-unit');
const done = laneOf('done-unit');

let world: World;
beforeAll(async () => {
  world = await startWorld([waiting, done]);
});
afterAll(async () => {
  await world.close();
});

/** Adds a root of a stranger to the bundle in a vault; the result puts back what was there. */
function addRootByHand({ sim }: Lane, place: number): () => void {
  const store = sim.clusters[place]?.vault.store;
  const before = store?.get('root-cert').value ?? '';
  store?.set('root-cert', `${before}${makeRoot({ commonName: 'Root of a stranger' }).cert.pem}`);
  return () => void store?.set('root-cert', before);
}

/** Struck in distribute when `when` comes true: the cluster stops by name, the barrier stays shut, then all goes on. */
async function strike(lane: Lane, place: number, doing: RegExp): Promise<void> {
  const course = new Course(lane);
  const name = lane.sim.clusters[place]?.profile.name;
  await lane.sim.start();
  await course.start();
  const stepOf = (progress: Awaited<ReturnType<Course['look']>>) =>
    progress.phases[0]?.clusters.find(({ cluster }) => cluster === name);
  await course.until((progress) => {
    const step = stepOf(progress);
    return doing.test(step?.state === 'done' ? 'done' : (step?.doing ?? ''));
  });
  const putBack = addRootByHand(lane, place);
  const stopped = await course.until((progress) => stepOf(progress)?.state === 'stopped');
  expect(stepOf(stopped)?.stopped).toMatchObject({ code: 'SOURCE_CHANGED_BY_OTHER' });
  expect(stepOf(stopped)?.stopped?.message).toContain('no cluster of the mesh begins its next phase');
  expect(stopped.phases[1]?.state).toBe('waiting');
  putBack();
  await course.until(({ state }) => state === 'completed');
  const { attempted, failed, failures } = lane.sim.prober.stats();
  expect(attempted).toBeGreaterThan(50);
  expect(failed, JSON.stringify(failures)).toBe(0);
}

it.concurrent('a root added by hand stops a cluster that waits for renewals, until it is taken away', () =>
  strike(world.lane(waiting), 0, /add-roots: converged/),
);

it.concurrent(
  'a root added by hand shuts the barrier where the cluster is done, until it is taken away',
  () => strike(world.lane(done), 1, /^done$/),
);
