import { afterEach, beforeEach, describe } from 'vitest';
import { openSimIstiods } from './istiod/sim-world.ts';
import { istiodSuites } from './istiod/suites.ts';
import type { IstiodWorld } from './istiod/world.ts';

describe('simulated istiods', () => {
  let world: IstiodWorld;
  beforeEach(() => {
    world = openSimIstiods();
  });
  afterEach(() => world.close());
  for (const suite of istiodSuites) suite(() => world);
});
