import { afterAll, beforeAll, describe, it } from 'vitest';
import type { RotationKind } from '../../../rotation/wanted.ts';
import { type MeshKind, startWorld, type World } from '../faults/world.ts';
import { goBack } from './go-back.ts';
import { kinds, momentsOf } from './moments.ts';

/** A mesh of its own for every moment, whose first cluster is of the kind that the phase is tried on. */
function lanesOf(rotation: RotationKind) {
  return momentsOf('aks-1', rotation).map(({ phase, step, request }, index) => {
    const object = 'secret' in request ? ` of ${request.secret}` : '';
    const of = rotation === 'root' ? '' : ' of an intermediate rotation';
    const kind: MeshKind = { name: `${rotation}-${index}`, on: kinds[phase] ?? 'live', rotation };
    return { index, kind, title: `${phase}, ${step}${object}${of}` };
  });
}

/** An intermediate rotation takes steps that a root rotation takes as well: one is led back when all has been written. */
export const lanes = [...lanesOf('root'), ...lanesOf('intermediate').slice(-1)];

/** A test for each, all of them beside each other on one Temporal server and one worker. */
export function runLanes(some: typeof lanes): void {
  describe('a rotation is led back to what was there before, to the byte and without a failed handshake,', () => {
    let world: World;

    beforeAll(async () => {
      world = await startWorld(some.map(({ kind }) => kind));
    });

    afterAll(() => world.close());

    // The later a rotation turns back, the longer it goes on: begun last, those would go on alone.
    for (const { index, kind, title } of some.toReversed()) {
      it.concurrent(`from ${title}`, async () => {
        const lane = world.lane(kind);
        await goBack(lane, index).finally(lane.end);
      });
    }
  });
}
