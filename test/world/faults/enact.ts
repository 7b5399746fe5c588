import { expect } from 'vitest';
import { problemIn } from '../../../cli/problem-in.ts';
import { Problem } from '../../../problems/problem.ts';
import type { PhaseName } from '../../../rotation/plan.ts';
import type { ClusterStep, RotationProgress } from '../../../rotation/progress.ts';
import type { SimVault } from '../../../sim/key-vault/vault.ts';
import type { Mend, Strike, Struck } from '../../../sim/scenarios/scenario.ts';
import { byMeshturn } from '../../../sim/scenarios/vault.ts';
import { Course } from './course.ts';
import { judgeTraffic, type Traffic } from './traffic.ts';
import type { Lane } from './world.ts';

/** What a person was shown of a strike. */
export interface Shown {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/** By phase; undefined where nothing was stopped. */
export type Showing = Partial<Record<Strike['phase'], Shown>>;

/** Runs a rotation through every strike of the lane's scenario, mends what stops it, and sees it to its end. */
export async function enact(
  lane: Lane,
): Promise<{ readonly showing: Showing; readonly traffic: Traffic | undefined }> {
  const { scenario, sim } = lane;
  const [cluster] = sim.clusters;
  if (cluster === undefined) throw new Error('the simulated fleet has no cluster');
  const struck = { fleet: sim, cluster };
  const course = new Course(lane);
  const showing: Showing = {};
  let faults: Mend[] = [];
  const set = () => void faults.push(scenario.set(struck));
  const mend = async () => {
    const standing = faults;
    faults = [];
    for (const take of standing) await take();
  };
  await sim.start();
  const begun = scenario.strikes.filter(({ phase }) => phase !== 'plan');
  if (begun.length < scenario.strikes.length) {
    set();
    showing.plan = await refusedPlan(course);
    await mend();
  }
  for (const strike of begun) {
    if (scenario.before) set();
    else atFirstWrite(cluster.vault, set);
    if (strike === begun[0]) await course.start();
    if (strike.outcome.is !== 'stops') {
      await course.until((progress) => stepOf(progress, strike, cluster.profile.name).state === 'done');
      expect(faults).not.toEqual([]);
      continue;
    }
    const steps = await stopped(course, strike, struck);
    const [step] = steps;
    showing[strike.phase] = shownBy(step);
    await mend();
    for (const one of steps) {
      await course.retry(one);
      await course.until((progress) => stepOf(progress, strike, one.cluster).state === 'done');
    }
  }
  await course.until(({ state }) => state === 'completed');
  await mend();
  tellOf(begun, course);
  return { showing, traffic: judgeTraffic(lane) };
}

/** The fault begins right after the first request that changes something, be it the lease. */
function atFirstWrite(vault: SimVault, set: () => void): void {
  const forget = vault.faults.add({
    matches: (request) => {
      if (byMeshturn(request) && request.method !== 'GET') {
        forget();
        set();
      }
      return false;
    },
    effect: { kind: 'delay', milliseconds: 0 },
  });
}

async function refusedPlan(course: Course): Promise<Shown> {
  const error: unknown = await course.plan().then(
    () => undefined,
    (thrown: unknown) => problemIn(thrown),
  );
  if (!(error instanceof Problem)) throw new Error(`expected a Problem, got ${String(error)}`);
  const { code, message, hint } = error.report();
  return { code, message, hint };
}

/**
 * The struck cluster stops with its code; the others end the phase or stop by what the strike says, and nobody passes
 * the barrier. What stopped, the struck one first.
 */
async function stopped(
  course: Course,
  strike: Strike,
  struck: Struck,
): Promise<readonly [ClusterStep, ...ClusterStep[]]> {
  const { name } = struck.cluster.profile;
  const { outcome } = strike;
  const code = outcome.is === 'stops' ? outcome.other : undefined;
  const stands = ({ cluster, state, stopped: why }: ClusterStep) =>
    cluster === name ? state === 'stopped' : code === undefined ? state === 'done' : why?.code === code;
  const progress = await course.until((seen) => {
    const phase = seen.phases.find((one) => one.name === strike.phase);
    return phase?.clusters.every(stands) ?? false;
  }, name);
  const names = progress.phases.map((phase) => phase.name);
  const later = progress.phases.slice(names.indexOf(phaseOf(strike)) + 1);
  expect(later.map(({ state }) => state)).toEqual(later.map(() => 'waiting'));
  const others = progress.phases
    .flatMap(({ clusters }) => clusters)
    .filter(({ cluster, state }) => cluster !== name && state === 'stopped');
  return [stepOf(progress, strike, name), ...others];
}

function shownBy({ stopped: why }: ClusterStep): Shown {
  return { code: why?.code ?? '', message: why?.message ?? '', hint: why?.hint ?? '' };
}

function stepOf({ phases }: RotationProgress, strike: Strike, cluster: string): ClusterStep {
  const phase = phases.find(({ name }) => name === phaseOf(strike));
  const step = phase?.clusters.find((one) => one.cluster === cluster);
  if (step === undefined) throw new Error(`the rotation has no ${strike.phase} yet`);
  return step;
}

function phaseOf({ phase }: Strike): PhaseName {
  if (phase === 'plan') throw new RangeError('expected a phase of the rotation');
  return phase;
}

function tellOf(strikes: readonly Strike[], course: Course): void {
  for (const { outcome } of strikes) {
    if (outcome.is !== 'rides out' || outcome.sees === undefined) continue;
    expect([...course.said].join('\n')).toContain(outcome.sees);
  }
}
