import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildFleet } from '../../../sim/fleet.ts';
import { eventually } from '../../support/eventually.ts';

test('a pair that is new is tried at once, however rarely one has its turn', async () => {
  const fleet = buildFleet({ clusters: 2, settings: { handshakesPerSecond: 0.001 } });
  await fleet.writeTo(await mkdtemp(join(tmpdir(), 'untried-')));
  await fleet.start();
  try {
    await eventually(() => {
      const { pairs, accepted } = fleet.prober.stats();
      expect(pairs.covered).toBe(pairs.total);
      // Of two clusters with a signer each, and of agents with both replicas of their istiod.
      expect(accepted).toHaveLength(4 + 4);
    });
  } finally {
    await fleet.stop();
  }
});
