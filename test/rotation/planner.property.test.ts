import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blocking, plan } from '../../rotation/planner.ts';
import { sameSet } from '../../rotation/trust.ts';
import { handWritten, meshOf, meshShape, writeByHand } from './model/arbitrary.ts';
import { intermediate } from './model/certificates.ts';
import { Dice } from './model/dice.ts';
import { type ModelMesh } from './model/mesh.ts';
import { defaultPolicy, observe, wantedIntermediates, wantedRoots } from './model/observe.ts';
import { rotate } from './model/rotate.ts';

interface Goal {
  readonly roots: readonly string[];
  readonly signing: string;
}

const goal: fc.Arbitrary<Goal> = fc.constantFrom(
  { roots: ['B'], signing: 'B' },
  { roots: ['B'], signing: 'B' },
  { roots: ['A'], signing: 'A' },
  { roots: ['X'], signing: 'X' },
  { roots: ['B', 'A'], signing: 'B' },
  { roots: ['A', 'B', 'X'], signing: 'B' },
);

const wantedOf = (mesh: ModelMesh, { roots, signing }: Goal): ReturnType<typeof wantedRoots> =>
  wantedRoots(mesh, roots, signing);

function expectAtGoal(mesh: ModelMesh, { roots, signing }: Goal): void {
  for (const { name, source, istiods, clusters } of mesh.units) {
    const signer = intermediate(signing, name);
    expect(source).toMatchObject({ chain: [signer], key: signer, cert: signer });
    const bundles = [
      source.roots,
      ...istiods.map(({ held }) => held?.roots ?? []),
      ...clusters.flatMap(({ proxies }) => proxies.map(({ trust }) => trust)),
    ];
    expect(bundles.every((bundle) => sameSet(bundle, roots))).toBe(true);
  }
}

describe('plan, walked in a model of a mesh', () => {
  it('reaches the wanted state from any half-done rotation, and nobody ever refuses anybody', () => {
    fc.assert(
      fc.property(
        meshShape,
        fc.array(fc.record({ to: goal, cutAfter: fc.integer({ min: 1, max: 120 }) }), { maxLength: 3 }),
        goal,
        fc.integer(),
        (shape, cuts, last, seed) => {
          const mesh = meshOf(shape);
          const dice = new Dice(seed);
          for (const { to, cutAfter } of cuts) rotate(mesh, wantedOf(mesh, to), dice, { cutAfter });
          expect(blocking(rotate(mesh, wantedOf(mesh, last), dice))).toEqual([]);
          expectAtGoal(mesh, last);
          expect(plan(observe(mesh), wantedOf(mesh, last), defaultPolicy).phases).toEqual([]);
        },
      ),
      { numRuns: 600 },
    );
  });

  it('leads back to where it began', () => {
    fc.assert(
      fc.property(meshShape, fc.integer({ min: 1, max: 200 }), fc.integer(), (shape, cutAfter, seed) => {
        const mesh = meshOf(shape);
        const dice = new Dice(seed);
        rotate(mesh, wantedOf(mesh, { roots: ['B'], signing: 'B' }), dice, { cutAfter });
        const home = { roots: ['A'], signing: 'A' };
        rotate(mesh, wantedOf(mesh, home), dice);
        expectAtGoal(mesh, home);
      }),
      { numRuns: 150 },
    );
  });

  it('changes intermediates and no bundle, or says why it must not', () => {
    fc.assert(
      fc.property(
        meshShape,
        fc.option(fc.integer({ min: 1, max: 120 })),
        fc.option(fc.integer({ min: 1, max: 40 })),
        fc.integer(),
        (shape, rootsCutAfter, cutAfter, seed) => {
          const mesh = meshOf(shape);
          const dice = new Dice(seed);
          const toB = wantedOf(mesh, { roots: ['B'], signing: 'B' });
          if (rootsCutAfter !== null) rotate(mesh, toB, dice, { cutAfter: rootsCutAfter });
          const wanted = wantedIntermediates(mesh);
          const against = blocking(plan(observe(mesh), wanted, defaultPolicy));
          if (against.length > 0) {
            expect(['SIGNER_NOT_TRUSTED', 'BUNDLE_NOT_CONTIGUOUS']).toContain(against[0]?.code);
            return;
          }
          if (cutAfter !== null) rotate(mesh, wanted, dice, { cutAfter });
          const before = mesh.units.map(({ source }) => source.roots);
          rotate(mesh, wanted, dice);
          expect(mesh.units.map(({ source }) => source.roots)).toEqual(before);
          expect(plan(observe(mesh), wanted, defaultPolicy).phases).toEqual([]);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('mends whatever was written by hand, with the first phase at the latest', () => {
    fc.assert(
      fc.property(
        meshShape,
        fc.array(handWritten, { minLength: 1, maxLength: 3 }),
        fc.option(fc.integer({ min: 1, max: 60 })),
        goal,
        fc.integer(),
        (shape, edits, cutAfter, last, seed) => {
          const mesh = meshOf(shape);
          const dice = new Dice(seed);
          for (const edit of edits) writeByHand(mesh, edit);
          const against = blocking(plan(observe(mesh), wantedOf(mesh, last), defaultPolicy));
          if (against.length > 0) {
            // Nothing can be put back where no istiod says what it signs with.
            expect(['NOTHING_SIGNS', 'SIGNER_NOT_TRUSTED']).toEqual(
              expect.arrayContaining(against.map(({ code }) => code)),
            );
            return;
          }
          if (cutAfter !== null) rotate(mesh, wantedOf(mesh, last), dice, { cutAfter, messy: true });
          rotate(mesh, wantedOf(mesh, last), dice, { messy: true });
          expectAtGoal(mesh, last);
          expect(plan(observe(mesh), wantedOf(mesh, last), defaultPolicy).phases).toEqual([]);
        },
      ),
      { numRuns: 600 },
    );
  });

  it('says the same of the same mesh', () => {
    fc.assert(
      fc.property(meshShape, handWritten, goal, (shape, edit, to) => {
        const mesh = meshOf(shape);
        writeByHand(mesh, edit);
        const said = plan(observe(mesh), wantedOf(mesh, to), defaultPolicy);
        expect(plan(observe(mesh), wantedOf(mesh, to), defaultPolicy)).toEqual(said);
      }),
      { numRuns: 50 },
    );
  });
});
