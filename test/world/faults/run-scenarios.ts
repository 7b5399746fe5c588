import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Scenario } from '../../../sim/scenarios/scenario.ts';
import { enact } from './enact.ts';
import { golden } from './golden.ts';
import { startWorld, type World } from './world.ts';

/** Their tests take twice as long as the others, for what they wait: begun last, they would go on alone. */
const longest = ['api-slow', 'long-leaves', 'api-starting-long', 'api-down'];

/** A test for each scenario, all of them beside each other on one Temporal server and one worker. */
export function runScenarios(scenarios: readonly Scenario[]): void {
  let world: World;

  beforeAll(async () => {
    world = await startWorld(scenarios);
  });

  afterAll(async () => {
    golden.write();
    await world.close();
  });

  const place = ({ name }: Scenario): number => (longest.includes(name) ? 0 : 1);
  for (const scenario of scenarios.toSorted((one, other) => place(one) - place(other))) {
    it.concurrent(`${scenario.name}: ${scenario.title}`, async () => {
      const lane = world.lane(scenario);
      const run = await enact(lane, scenario).finally(lane.end);
      const showing = golden.of(scenario, run.showing, run.traffic);
      const codes = scenario.strikes.flatMap(({ phase, outcome }) =>
        'code' in outcome ? [[phase, outcome.code]] : [],
      );
      expect(Object.entries(showing).map(([phase, { code }]) => [phase, code])).toEqual(codes);
      expect(showing).toEqual(golden.expected(scenario));
    });
  }
}
