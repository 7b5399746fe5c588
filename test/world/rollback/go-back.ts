import { expect, vi } from 'vitest';
import type { SimFleet } from '../../../sim/fleet.ts';
import { Strikes } from '../../../sim/strikes.ts';
import { Course } from '../faults/course.ts';
import { demandTraffic } from '../faults/traffic.ts';
import type { Lane } from '../faults/world.ts';
import { momentsOf, type Moment } from './moments.ts';

/** Milliseconds; nothing waits for it but a failure. */
const patience = 290_000;

/**
 * Leads a rotation to a moment, tells it there to go back, and sees it to its end: every vault holds again what it
 * held, to the byte, and no handshake has failed.
 */
export async function goBack(lane: Lane, phase: Moment['phase'], step: string, index: number): Promise<void> {
  const { sim } = lane;
  const [cluster] = sim.clusters;
  if (cluster === undefined) throw new Error('the simulated fleet has no cluster');
  const moments = momentsOf(cluster.profile.name, lane.kind.rotation);
  const strikes = new Strikes(sim);
  const set = (at: number) => {
    const next = moments[at];
    if (next !== undefined) strikes.set(String(at), next.request);
  };
  const course = new Course(lane);
  await sim.start();
  const before = textsOf(sim);
  set(0);
  await course.start();
  for (let at = 0; at <= index; at += 1) {
    await vi.waitFor(() => expect(strikes.reached(String(at))).toBe(true), {
      timeout: patience,
      interval: 20,
    });
    if (at === index) break;
    set(at + 1);
    strikes.open(String(at), { then: 'on' });
  }
  const { startedAt } = await course.until(({ phases }) =>
    phases.some(
      ({ name, clusters }) =>
        name === phase && clusters.some((one) => one.cluster === cluster.profile.name && one.doing === step),
    ),
  );
  await course.tell('rollback', { reason: 'partners are not ready' });
  strikes.open(String(index), { then: moments[index]?.then });
  const progress = await course.until(({ state }) => state === 'rolledBack');
  expect(progress).toMatchObject({ id: 'r-1-back', rollsBack: 'r-1' });
  expect(textsOf(sim)).toEqual(before);
  demandTraffic(lane, { ...progress, startedAt });
  const { failed, failures } = sim.prober.stats();
  expect(failed, JSON.stringify(failures)).toBe(0);
}

/** What every vault serves, by vault and object. */
function textsOf({ clusters }: SimFleet): Readonly<Record<string, string>> {
  const objects = ['root-cert', 'cert-chain', 'ca-key', 'ca-cert'];
  return Object.fromEntries(
    clusters.flatMap(({ vault }) =>
      objects.map((object) => [`${vault.name} ${object}`, vault.store.get(object).value] as const),
    ),
  );
}
