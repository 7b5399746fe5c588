import { afterAll, beforeAll, expect, it } from 'vitest';
import { startWorld, type World } from '../faults/world.ts';
import { enact } from './enact.ts';
import { compared } from './golden.ts';
import type { Lane } from './lanes.ts';
import { meshOf } from './mesh.ts';

/** A test for each lane, all of them beside each other on one Temporal server and one worker. */
export function runLanes(lanes: readonly Lane[]): void {
  const meshes = new Map(lanes.map((lane) => [lane, meshOf(lane.name)]));
  let world: World;

  beforeAll(async () => {
    world = await startWorld([...meshes.values()]);
  });

  afterAll(async () => {
    await world.close();
  });

  for (const [lane, mesh] of meshes) {
    it.concurrent(
      `${lane.name}: is named or proven, never written over, and the rotation completes`,
      async () => {
        const running = world.lane(mesh);
        const { now, before } = compared(lane, await enact(lane, running).finally(running.end));
        expect(now).toEqual(before);
      },
    );
  }
}
