import { expect, vi } from 'vitest';
import type { SimFleet } from '../../../sim/fleet.ts';
import { Strikes } from '../../../sim/strikes.ts';
import { Course } from '../faults/course.ts';
import { demandTrafficOf } from '../faults/traffic.ts';
import type { Lane } from '../faults/world.ts';
import { everySuch } from '../processes/gates.ts';
import { momentsOf } from './moments.ts';

/** Milliseconds; nothing waits for it but a failure. */
const patience = 290_000;

/**
 * Leads a rotation to a moment, by its index, tells it there to go back, and sees it to its end: every vault holds again what it
 * held, to the byte, and no handshake has failed.
 */
export async function goBack(lane: Lane, index: number): Promise<void> {
  const { sim } = lane;
  const [cluster] = sim.clusters;
  if (cluster === undefined) throw new Error('the simulated fleet has no cluster');
  const moments = momentsOf(cluster.profile.name, lane.kind.rotation);
  const strikes = new Strikes(sim);
  const set = (at: number) => {
    const request = moments[at]?.request;
    if (request !== undefined) strikes.set(String(at), everySuch(request));
  };
  const course = new Course(lane);
  await sim.start();
  const before = textsOf(sim);
  set(0);
  await course.start();
  const heldIn = async (at: number) => {
    await vi.waitFor(() => expect(strikes.reached(String(at))).toBe(true), {
      timeout: patience,
      interval: 20,
    });
    const moment = moments[at];
    return course.until(({ phases }) =>
      phases.some(
        ({ name, clusters }) =>
          name === moment?.phase &&
          clusters.some((one) => one.cluster === cluster.profile.name && one.doing === moment.step),
      ),
    );
  };
  for (let at = 0; at < index; at += 1) {
    await heldIn(at);
    set(at + 1);
    strikes.open(String(at), { then: 'on' });
  }
  const { startedAt } = await heldIn(index);
  await course.tell('rollback', { reason: 'partners are not ready' });
  strikes.open(String(index), { then: moments[index]?.then });
  const progress = await course.until(({ state }) => state === 'rolledBack');
  expect(progress).toMatchObject({ id: 'r-1-back', rollsBack: 'r-1' });
  expect(textsOf(sim)).toEqual(before);
  demandTrafficOf(lane, { ...progress, startedAt });
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
