import type { MeshKind } from '../faults/world.ts';

/** A mesh whose first cluster waits for renewals, and that looks every second at what is proven. */
export function meshOf(name: string): MeshKind {
  const usual = { sync: '60s', load: '60s', secondPlane: '30s', kubeletPropagation: '1s', clockSkew: '2s' };
  const limits = { ...usual, rollout: '60s', censusEvery: '1s', heartbeat: '5s', watchEvery: '1s' };
  return { name, on: 'renewing', rotation: 'root', file: { limits } };
}
