import { expect } from 'vitest';
import { problemIn } from '../../../cli/problem-in.ts';
import { Problem } from '../../../problems/problem.ts';
import type { ClusterStep, PhaseProgress, RotationProgress } from '../../../rotation/progress.ts';
import type { PhaseStrike, Scenario, Strike, Struck } from '../../../sim/scenarios/scenario.ts';
import { Blows } from './blows.ts';
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

/** Runs a rotation through every strike of a scenario, mends what stops it, and sees it to its end. */
export async function enact(
  lane: Lane,
  scenario: Scenario,
): Promise<{ readonly showing: Showing; readonly traffic: Traffic | undefined }> {
  const { sim } = lane;
  const [cluster] = sim.clusters;
  if (cluster === undefined) throw new Error('the simulated fleet has no cluster');
  const struck = { fleet: sim, cluster };
  const course = new Course(lane);
  const showing: Showing = {};
  await sim.start();
  const begun = scenario.strikes.filter((strike): strike is PhaseStrike => strike.phase !== 'plan');
  if (begun.length < scenario.strikes.length) showing.plan = await refusedPlan(course, scenario, struck);
  const blows = new Blows(lane, scenario, struck);
  await course.start();
  for (const strike of begun) {
    const { phase } = strike;
    if (strike.outcome.is !== 'stops') {
      await isDone(course, strike, cluster.profile.name);
      await blows.mend(phase);
      expect(course.said(phase)).toContain(seenOf(strike));
    } else {
      const steps = await stopped(course, strike, struck);
      showing[phase] = shownBy(steps[0]);
      await blows.mend(phase);
      for (const one of steps) {
        await course.retry(one);
        await isDone(course, strike, one.cluster);
      }
    }
    expect(blows.met(phase), `met in ${phase}`).toBeGreaterThan(0);
  }
  const progress = await course.until(({ state }) => state === 'completed');
  await blows.mendAll();
  return { showing, traffic: judgeTraffic(lane, scenario, progress) };
}

async function refusedPlan(course: Course, scenario: Scenario, struck: Struck): Promise<Shown> {
  const { mend, met } = scenario.set(struck);
  const error: unknown = await course.plan().then(
    () => undefined,
    (thrown: unknown) => problemIn(thrown),
  );
  await mend();
  if (!(error instanceof Problem)) throw new Error(`expected a Problem, got ${String(error)}`);
  expect(met(), 'met in plan').toBeGreaterThan(0);
  const { code, message, hint } = error.report();
  return { code, message, hint };
}

/**
 * The struck cluster stops with its code; the others end the phase or stop by what the strike says, and nobody passes
 * the barrier. What stopped, the struck one first.
 */
async function stopped(
  course: Course,
  { phase, outcome }: PhaseStrike,
  struck: Struck,
): Promise<readonly [ClusterStep, ...ClusterStep[]]> {
  const { name } = struck.cluster.profile;
  const code = outcome.is === 'stops' ? outcome.other : undefined;
  const stands = ({ cluster, state, stopped: why }: ClusterStep) =>
    cluster === name ? state === 'stopped' : code === undefined ? state === 'done' : why?.code === code;
  const { phases } = await course.until(
    (seen) => phaseOf(seen, phase)?.clusters.every(stands) ?? false,
    name,
  );
  const later = phases.slice(phases.findIndex((one) => one.name === phase) + 1);
  expect(later.map(({ state }) => state)).toEqual(later.map(() => 'waiting'));
  const steps = phases.flatMap(({ clusters }) => clusters).filter(({ state }) => state === 'stopped');
  const own = steps.find(({ cluster }) => cluster === name);
  if (own === undefined) throw new Error(`${name} stands no more`);
  return [own, ...steps.filter((step) => step !== own)];
}

function shownBy({ stopped: why }: ClusterStep): Shown {
  return { code: why?.code ?? '', message: why?.message ?? '', hint: why?.hint ?? '' };
}

async function isDone(course: Course, { phase }: PhaseStrike, cluster: string): Promise<void> {
  const own = (progress: RotationProgress) =>
    phaseOf(progress, phase)?.clusters.find((step) => step.cluster === cluster);
  await course.until((progress) => own(progress)?.state === 'done');
}

/** Undefined before the rotation has planned it. */
function phaseOf({ phases }: RotationProgress, name: PhaseStrike['phase']): PhaseProgress | undefined {
  return phases.find((phase) => phase.name === name);
}

function seenOf({ outcome }: Strike): string {
  return outcome.is === 'rides out' ? (outcome.sees ?? '') : '';
}
