import { afterAll, beforeAll, describe } from 'vitest';
import { openLabWorld } from '../../contract/kube/lab-world.ts';
import { apiSuites, programSuites } from '../../contract/kube/suites.ts';
import type { KubeWorld } from '../../contract/kube/world.ts';

describe('a cluster of the lab', () => {
  let world: KubeWorld;
  beforeAll(async () => {
    world = await openLabWorld();
  });
  afterAll(() => world.close());
  for (const suite of [...apiSuites, ...programSuites]) suite(() => world);
});
