import { describe, expect, it, type TestContext } from 'vitest';
import { RootRotation } from '../processes/rotation.ts';
import { stepsTakenUp } from '../processes/stages.ts';
import { versionsAfter, versionsOf } from '../processes/versions.ts';
import { handshakesPerSecond, World } from '../processes/world.ts';
import { demandTraffic } from '../traffic-floor.ts';
import { type Blow, blowsOf, killAtEveryStep } from './killed-worker.ts';
import { cutOff, killServer } from './lost-world.ts';

/*
 * Three whole rotations beside each other. Each completes, leaves exactly the versions that were planned, and breaks
 * no handshake.
 */

/** Carries out a rotation while `strike` does its worst, and judges what is left behind. */
async function survives(
  { onTestFinished }: TestContext,
  seed: number,
  strike: (world: World, rotation: RootRotation) => Promise<void>,
): Promise<{ readonly world: World; readonly rotation: RootRotation }> {
  const world = await World.start({ seed });
  onTestFinished(() => world.close());
  const rotation = await RootRotation.plan(world);
  const planned = versionsAfter(await versionsOf(world.fleet), rotation.planned.plan);
  const startedAt = new Date().toISOString();
  await strike(world, rotation);
  const { endedAt } = await rotation.completed();
  expect(await versionsOf(world.fleet)).toEqual(planned);
  const { handshakes } = await world.simulation.statistics();
  demandTraffic({ ...handshakes, perSecond: handshakesPerSecond }, { startedAt, endedAt });
  expect(handshakes.failed, JSON.stringify(handshakes.failures)).toBe(0);
  return { world, rotation };
}

describe.concurrent('a rotation survives', () => {
  it('its worker, killed in every step of every phase', async (context) => {
    let blows: readonly Blow[] = [];
    const { world, rotation } = await survives(context, 11, async (world, rotation) => {
      blows = blowsOf(rotation);
      await killAtEveryStep(world, rotation, blows);
    });
    expect(new Set(blows.map(({ phase, step }) => `${phase} ${step}`)).size).toBe(5 + 12 + 5);
    for (const { phase, unit, step } of blows) {
      const taken = await stepsTakenUp(world.client, rotation.unit(phase, unit));
      expect(taken, `${phase} of ${unit}`).toContain(step);
    }
  });

  it('the Temporal server, killed in every phase and started again', async (context) => {
    await survives(context, 12, killServer);
  });

  it('an API server and a vault, away for 30 s in every phase', async (context) => {
    await survives(context, 13, cutOff);
  });
});
