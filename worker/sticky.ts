import type { Fleet } from '../fleet/fleet.ts';

/** A worker that lives takes up its workflow's next task within milliseconds. */
const usually = 2_000;
/** Of a fleet's heartbeat, after which what a killed worker was at goes to another: its workflow must not lag behind. */
const partOfHeartbeat = 1 / 3;

/** How long the next task of a workflow waits for the worker that had the one before, in milliseconds. */
export function stickyTimeout(fleets: readonly Pick<Fleet, 'meshes'>[]): number {
  const heartbeats = fleets.flatMap(({ meshes }) => meshes.map(({ limits }) => limits.heartbeat * 1_000));
  return Math.min(usually, ...heartbeats.map((heartbeat) => heartbeat * partOfHeartbeat));
}
