import { afterAll, beforeAll, describe } from 'vitest';
import { openSimMesh } from './mesh/sim-world.ts';
import { meshSuites } from './mesh/suites.ts';

describe('a simulated cluster of a mesh', () => {
  let mesh: Awaited<ReturnType<typeof openSimMesh>>;
  beforeAll(async () => {
    mesh = await openSimMesh();
  });
  afterAll(() => mesh.close());
  for (const suite of meshSuites) suite(() => mesh.client);
});
