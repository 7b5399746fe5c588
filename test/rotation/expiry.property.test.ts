import fc from 'fast-check';
import { expect, it } from 'vitest';
import { plan } from '../../rotation/planner.ts';
import { handWritten, meshOf, meshShape, writeByHand } from './model/arbitrary.ts';
import { chainOf, intermediate, rootOf, upper } from './model/certificates.ts';
import { Dice } from './model/dice.ts';
import { isVerifiable, verifies, type ModelMesh } from './model/mesh.ts';
import { defaultPolicy, ending, expiring, observe, wantedRoots } from './model/observe.ts';
import { rotate } from './model/rotate.ts';

const soon = '2026-12-01T12:00:00.000Z';
const withRoot = (signer: string): readonly string[] => [...chainOf(signer), rootOf(signer)];

/** All that leaves of now verify through, and those of the end. */
function relied({ units }: ModelMesh, goal: string): ReadonlySet<string> {
  return new Set(
    units.flatMap(({ name, source, istiods, clusters }) => [
      ...withRoot(intermediate(goal, name)),
      ...(verifies(source) ? withRoot(source.cert) : []),
      ...istiods.flatMap(({ held }) =>
        held !== undefined && isVerifiable(held) ? withRoot(held.signer) : [],
      ),
      ...clusters.flatMap(({ proxies }) =>
        proxies.flatMap(({ signer, whole }) => (whole ? [rootOf(signer)] : [])),
      ),
    ]),
  );
}

/** Whether an istiod signs with what no source, leaf or new CA tells the root of: then all that it hands out counts. */
function signsUnknown({ units }: ModelMesh, goal: string): boolean {
  const known = new Set(
    units.flatMap(({ name, source, clusters }) => [
      intermediate(goal, name),
      ...(verifies(source) ? [source.cert] : []),
      ...clusters.flatMap(({ proxies }) => proxies.flatMap(({ signer, whole }) => (whole ? [signer] : []))),
    ]),
  );
  const held = units.flatMap(({ istiods }) => istiods.flatMap((istiod) => istiod.held ?? []));
  return held.some((each) => isVerifiable(each) && !known.has(each.signer));
}

it('a rotation is forbidden where anything that it relies on expires before its end, and only there', () => {
  const mortal = fc.constantFrom('A', 'B', 'X', upper, 'a1', 'b1', 'x1', 'a2', 'b2', 'x2');
  fc.assert(
    fc.property(
      meshShape,
      fc.option(handWritten),
      fc.constantFrom('B', 'X'),
      fc.option(fc.integer({ min: 1, max: 120 })),
      mortal,
      fc.integer(),
      (shape, edit, goal, cutAfter, dying, seed) => {
        const mesh = meshOf(shape);
        if (cutAfter !== null) rotate(mesh, wantedRoots(mesh, [goal]), new Dice(seed), { cutAfter });
        if (edit !== null) writeByHand(mesh, edit);
        const wanted = wantedRoots(mesh, [goal]);
        const made = plan(
          expiring(observe(mesh), [dying], soon),
          { ...wanted, certificates: ending(wanted.certificates, [dying], soon) },
          defaultPolicy,
        );
        const forbidden = made.violations.some(({ code }) => code === 'EXPIRES_BEFORE_END');
        const isRelied = made.phases.length > 0 && relied(mesh, goal).has(dying);
        expect(forbidden).toBe(isRelied || (forbidden && signsUnknown(mesh, goal)));
      },
    ),
    { numRuns: 400 },
  );
});
