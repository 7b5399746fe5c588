import { afterAll, beforeAll, describe } from 'vitest';
import { openSimWorld } from './kube/sim-world.ts';
import { apiSuites, programSuites } from './kube/suites.ts';
import type { KubeWorld } from './kube/world.ts';

describe('a simulated cluster', () => {
  let world: KubeWorld;
  beforeAll(async () => {
    world = await openSimWorld();
  });
  afterAll(() => world.close());
  for (const suite of [...apiSuites, ...programSuites]) suite(() => world);
});
