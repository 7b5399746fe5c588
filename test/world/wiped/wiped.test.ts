import { describe, expect, it } from 'vitest';
import { blowsOf } from '../crash/killed-worker.ts';
import { RootRotation } from '../processes/rotation.ts';
import { versionsAfter, versionsOf } from '../processes/versions.ts';
import { handshakesPerSecond, World } from '../processes/world.ts';
import { demandTraffic } from '../traffic-floor.ts';
import { wipeAtEvery } from './wiped-server.ts';

/**
 * In each phase a cluster whose proxies wait for Meshturn to restart them: those that renew by themselves may have
 * ended the phase while there was no server.
 */
const units = { distribute: 'aks-neu-1', activate: 'aks-weu-1', revoke: 'aks-neu-1' } as const;

/**
 * The steps are dealt out to so many meshes: of a mesh whose chain is trimmed at last nothing is left to do in that
 * stage, so that not every step comes again after the one before was lost.
 */
const meshes = [0, 1, 2, 3] as const;

describe.concurrent('from what is observed alone a rotation is begun anew and completes', () => {
  it.each(meshes)('its server wiped in every fourth step, from step %i on', async (first) => {
    const world = await World.start({ seed: 21 + first });
    try {
      const rotation = await RootRotation.plan(world);
      const planned = versionsAfter(await versionsOf(world.fleet), rotation.planned.plan);
      const all = blowsOf(rotation, units);
      expect(new Set(all.map(({ phase, step }) => `${phase} ${step}`)).size).toBe(5 + 12 + 5);
      const blows = all.filter((_, index) => index % meshes.length === first);

      const startedAt = new Date().toISOString();
      await wipeAtEvery(blows, world, rotation);
      const { endedAt } = await rotation.completed();

      // What one rotation that nothing befell would have written, and nothing more.
      expect(await versionsOf(world.fleet)).toEqual(planned);
      const { handshakes } = await world.simulation.statistics();
      demandTraffic({ ...handshakes, perSecond: handshakesPerSecond }, { startedAt, endedAt });
      expect(handshakes.failed, JSON.stringify(handshakes.failures)).toBe(0);
      const { stderr } = await world.meshturn(...rotation.startWords);
      expect(stderr).toContain('Nothing to do: every cluster holds what is wanted.');
    } finally {
      await world.close();
    }
  });
});
