import { join } from 'node:path';
import { expect, vi } from 'vitest';
import type { ClusterStep, RotationProgress, Stopped } from '../../../rotation/progress.ts';
import type { FleetCluster } from '../../../sim/fleet.ts';
import { byMeshturn } from '../../../sim/scenarios/vault.ts';
import { hasEnded } from '../faults/blows.ts';
import { Course } from '../faults/course.ts';
import { demandOldWithNew, demandTrafficOf } from '../faults/traffic.ts';
import type { Lane as Running } from '../faults/world.ts';
import { acts } from './acts.ts';
import { secrets, type Hand } from './hand.ts';
import type { Lane, Moment, Strike } from './lanes.ts';
import { Wait } from './wait.ts';

/** What a person was shown, by strike. */
export type Showing = Readonly<Record<string, Pick<Stopped, 'code' | 'message' | 'hint'>>>;

/** Which of the two clusters is struck: the first waits for renewals, the second restarts its workloads. */
const struckAt = { waits: 0, done: 1, turn: 1, barrier: 0 } as const satisfies Record<Moment, number>;

export function nameOf({ phase, when, act }: Strike): string {
  return `${act}, ${phase}, ${when}`;
}

/** What became of the handshakes of a rotation in which an act breaks traffic by itself. */
export interface Traffic {
  readonly attempted: number;
  readonly failed: number;
}

/** Runs a rotation in which others act, mends what is named, and sees it to its end. */
export async function enact(
  lane: Lane,
  running: Running,
): Promise<{ readonly showing: Showing; readonly traffic: Traffic | undefined }> {
  const { sim, rotations } = running;
  // A cluster whose new leaf is to be accepted just then finds nobody to ask, until the other one is mended.
  const course = new Course(running, lane.breaksTraffic === undefined ? [] : ['HANDSHAKE_NOT_MADE']);
  await sim.start();
  const { policy } = await course.plan();
  const [mesh] = running.fleet.meshes;
  const name = { fleet: running.fleet.name, mesh: mesh?.name ?? '' };
  const oneByOne = lane.strikes.some(({ when }) => when === 'turn');
  const ca = { kind: 'root', directory: join(running.directory, 'root-b') } as const;
  const waves = { ...policy, waveWidth: oneByOne ? 1 : policy.waveWidth };
  const held = lane.strikes.flatMap(({ phase, when }) => (when === 'barrier' ? [] : [phase]));
  const wait = new Wait(running, held);
  await rotations.start({ ...name, rotationId: 'r-1', ca, policy: waves });
  const shown: [string, Pick<Stopped, 'code' | 'message' | 'hint'>][] = [];
  for (const strike of lane.strikes) {
    const retry = (request: { readonly cluster?: string }) => rotations.retry(name, request);
    const stop = await struck(strike, { lane, running, course, wait, retry }).catch((cause: unknown) => {
      wait.endAll();
      throw new Error(`in the strike ${nameOf(strike)}: ${String(cause)}`, { cause });
    });
    if (stop !== undefined) shown.push([nameOf(strike), stop]);
  }
  wait.endAll();
  const progress = await course.until(({ state }) => state === 'completed');
  await everythingIsThere(course, running);
  demandTrafficOf(running, progress);
  demandOldWithNew(running);
  return { showing: Object.fromEntries(shown), traffic: judgeTraffic(lane, running) };
}

interface Scene {
  readonly lane: Lane;
  readonly running: Running;
  readonly course: Course;
  readonly wait: Wait;
  readonly retry: (request: { readonly cluster?: string }) => Promise<void>;
}

async function struck(strike: Strike, scene: Scene) {
  const { lane, running, course, wait, retry } = scene;
  const cluster = running.sim.clusters[struckAt[strike.when]];
  if (cluster === undefined) throw new Error('the simulated fleet has no such cluster');
  const hand = { cluster, ca: running.sim.ca, newCa: join(running.directory, 'root-b') };
  const name = cluster.profile.name;
  const mend = await atItsMoment(strike, hand, scene);
  const { code } = strike;
  if (code === undefined) return undefined;
  const foreign = newest(cluster);
  const atBarrier = strike.when === 'barrier';
  // In distribute nobody looks at a unit that waits for its turn, which it has when the first one has ended.
  const atItsWrite = strike.when === 'turn' && strike.phase === 'distribute';
  if (atItsWrite) wait.end(strike.phase);
  const stopOf = (seen: RotationProgress) => (atBarrier ? seen.stopped : stepOf(seen, strike, name)?.stopped);
  const seen = await course.until((progress) => stopOf(progress) !== undefined);
  const stopped = stopOf(seen);
  expect(stopped).toMatchObject({ code });
  if (atBarrier) {
    await retry({});
    await course.until((progress) => progress.stopped !== undefined && progress.stopped.at !== stopped?.at);
  }
  // What by itself breaks traffic is put back only when it has.
  const broken = lane.breaksTraffic;
  if (broken !== undefined) await course.until(() => broken in running.sim.prober.stats().byReason);
  const place = seen.phases.findIndex((phase) => phase.name === strike.phase);
  const later = (await course.look()).phases.slice(place + 1);
  expect(later.map(({ state }) => state)).toEqual(later.map(() => 'waiting'));
  expect(newest(cluster)).toEqual(foreign);
  await mend();
  const { message = '', hint = '' } = stopped ?? {};
  // Its step begins anew, and ends when the moments that follow in the phase have come.
  if (strike.when === 'waits') wait.renew(strike.phase);
  if (atBarrier) await retry({});
  else if (atItsWrite) {
    await istiodsFollow(course, name);
    await retry({ cluster: name });
  }
  await course.until((progress) => stopOf(progress) === undefined);
  if (strike.when === 'turn') wait.end(strike.phase);
  return { code, message, hint };
}

/** Acts when the moment has come; the result puts back what was there. */
async function atItsMoment(strike: Strike, hand: Hand, { lane, running, course, wait }: Scene) {
  const { phase, when, act } = strike;
  const before = lane.strikes.slice(0, lane.strikes.indexOf(strike)).map((earlier) => earlier.phase);
  wait.end(...before.filter((earlier) => earlier !== phase));
  if (when === 'barrier') {
    const struckThen = atBarrier(strike, hand, running);
    wait.end(phase);
    return struckThen;
  }
  const wanted = { waits: 'running', done: 'done', turn: 'waiting' }[when];
  const own = (progress: RotationProgress) => stepOf(progress, strike, hand.cluster.profile.name)?.state;
  await course.until((progress) => wait.isReached(phase) && own(progress) === wanted);
  return acts[act].does(hand);
}

/** In the first request to the vault after the phase's evidence is kept: the mesh is being read for the next plan. */
function atBarrier({ phase, act }: Strike, hand: Hand, running: Running) {
  const { promise, resolve, reject } = Promise.withResolvers<() => void | Promise<void>>();
  const forget = hand.cluster.vault.faults.add({
    matches: (request) => {
      if (!byMeshturn(request) || !hasEnded(running, phase)) return false;
      forget();
      try {
        resolve(acts[act].does(hand));
      } catch (error) {
        reject(error instanceof Error ? error : new Error('no error was thrown'));
      }
      return false;
    },
    effect: { kind: 'delay', milliseconds: 0 },
  });
  return promise;
}

function stepOf(
  { phases }: RotationProgress,
  { phase }: Strike,
  cluster: string | undefined,
): ClusterStep | undefined {
  return phases.find(({ name }) => name === phase)?.clusters.find((step) => step.cluster === cluster);
}

function newest({ vault }: FleetCluster): readonly string[] {
  return secrets.map((name) => vault.store.versions(name).at(-1)?.version ?? '');
}

/** What was put back has reached every istiod of the unit. */
async function istiodsFollow(course: Course, name: string): Promise<void> {
  const look = async () => {
    const { observed } = await course.plan();
    const unit = observed.units.find((one) => one.unit === name);
    const { roots, signer } = unit?.source ?? {};
    const held = unit?.istiods.map(({ serves }) => serves);
    expect(held).toEqual(unit?.istiods.map(() => ({ roots, signer: signer?.fingerprint })));
  };
  await vi.waitFor(look, { timeout: 60_000, interval: 500 });
}

/** Every istiod that is there now serves the new CA alone, whenever it came. */
async function everythingIsThere(course: Course, { sim }: Running): Promise<void> {
  const { plan, observed } = await course.plan();
  expect(plan.phases).toEqual([]);
  const istiods = observed.units.flatMap((unit) => unit.istiods);
  expect(istiods).toHaveLength(sim.clusters.flatMap(({ mesh }) => mesh.istiods()).length);
  for (const { serves } of istiods) expect(serves?.roots).toHaveLength(1);
}

function judgeTraffic({ breaksTraffic, mayBreakTraffic }: Lane, { sim }: Running): Traffic | undefined {
  const { attempted, failed, byReason, failures } = sim.prober.stats();
  const reasons = Object.keys(byReason).filter((reason) => reason !== mayBreakTraffic);
  expect(reasons, JSON.stringify(failures)).toEqual(breaksTraffic === undefined ? [] : [breaksTraffic]);
  return breaksTraffic === undefined ? undefined : { attempted, failed };
}
