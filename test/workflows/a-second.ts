import type { TimeLimits } from '../../rotation/shape.ts';

/** Bounds for state by itself, with which nothing waits. */
export const aSecond: TimeLimits = {
  sync: 1,
  load: 1,
  secondPlane: 1,
  kubeletPropagation: 1,
  clockSkew: 1,
  rollout: 1,
  censusEvery: 1,
  heartbeat: 30,
  watchEvery: 1,
};
