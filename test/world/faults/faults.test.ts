import { afterAll, beforeAll, expect, it } from 'vitest';
import { scenarios } from '../../../sim/scenarios/registry.ts';
import { enact } from './enact.ts';
import { golden } from './golden.ts';
import { startWorld, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld(scenarios);
});

afterAll(async () => {
  golden.write();
  await world.close();
});

for (const scenario of scenarios) {
  it.concurrent(scenario.title, async () => {
    const showing = golden.of(scenario, await enact(world.lane(scenario)));
    const codes = scenario.strikes.flatMap(({ phase, outcome }) =>
      'code' in outcome ? [[phase, outcome.code]] : [],
    );
    expect(Object.entries(showing).map(([phase, { code }]) => [phase, code])).toEqual(codes);
    expect(showing).toEqual(golden.expected(scenario));
  });
}
