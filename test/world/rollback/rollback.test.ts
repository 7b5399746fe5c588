import { afterAll, beforeAll, describe, it } from 'vitest';
import type { Scenario } from '../../../sim/scenarios/scenario.ts';
import { startWorld, type World } from '../faults/world.ts';
import { goBack } from './go-back.ts';
import { kinds, momentsOf } from './moments.ts';

/** A mesh of its own for every moment, whose first cluster is of the kind that the phase is tried on. */
const lanes = momentsOf('aks-1').map(({ phase, step, request }, index) => {
  const object = 'secret' in request ? ` of ${request.secret}` : '';
  const scenario: Scenario = {
    ...{ name: `back-${index}`, title: `${phase}, ${step}${object}`, todo: '-' },
    ...{ on: kinds[phase] ?? 'live', rotation: 'root', strikes: [] },
    set: () => () => undefined,
  };
  return { phase, step, index, scenario };
});

describe('a rotation is led back to what was there before, to the byte and without a failed handshake,', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld(lanes.map(({ scenario }) => scenario));
  });

  afterAll(() => world.close());

  for (const { phase, step, index, scenario } of lanes) {
    it.concurrent(`from ${scenario.title}`, async () => {
      const lane = world.lane(scenario);
      await goBack(lane, phase, step, index).finally(lane.end);
    });
  }
});
