import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answers, commandNames, effects, places } from '../../rotation/commands.ts';
import { hasEnded } from '../../rotation/course.ts';
import { plan } from '../../rotation/planner.ts';
import type { RotationState } from '../../rotation/progress.ts';
import type { RotationKind } from '../../rotation/wanted.ts';
import { meshOf, meshShape, type MeshShape } from './model/arbitrary.ts';
import { CommandedRotation } from './model/commanded.ts';
import { Dice } from './model/dice.ts';
import { hazards } from './model/hazards.ts';
import { isWhole } from './model/mesh.ts';
import { defaultPolicy, observe, wantedIntermediates, wantedRoots } from './model/observe.ts';

/** Of a thousand things that happen, so many are commands. */
const rate = fc.constantFrom(0, 2, 5, 20, 60, 400);
const kind = fc.constantFrom<RotationKind>('root', 'intermediate');
const trustStates = { root: ['S0', 'S1', 'S2', 'S3'], intermediate: ['S0', 'S3'] } as const;
const states = Object.keys(answers.pause) as RotationState[];

/** Leads a rotation to whatever end it is told to, and looks where that leaves the mesh. */
function lead(shape: MeshShape, kind: RotationKind, commands: number, seed: number): CommandedRotation {
  const mesh = meshOf(shape);
  const before = structuredClone(mesh.units.map(({ source }) => source));
  const wanted = kind === 'root' ? wantedRoots(mesh, ['B']) : wantedIntermediates(mesh, shape.signing);
  const rotation = new CommandedRotation(mesh, wanted, new Dice(seed), commands);
  const { state, standing } = rotation.lead();
  expect(hazards(mesh)).toEqual([]);
  for (const { source } of mesh.units) expect(isWhole(source)).toBe(true);
  if (state === 'aborted') {
    expect(standing?.unsafe).toEqual([]);
    for (const unit of standing?.units ?? []) expect(trustStates[kind]).toContain(unit.state);
    const again = new CommandedRotation(mesh, wanted, new Dice(seed + 1), 0);
    expect(again.lead().state).toMatch(/completed|aborted|rolledBack/);
  } else if (state === 'rolledBack') {
    expect(mesh.units.map(({ source }) => source)).toEqual(before);
  } else {
    expect(state).toBe('completed');
    expect(plan(observe(mesh), wanted, defaultPolicy).phases).toEqual([]);
    const bundles = mesh.units.map(({ source }) => source.roots);
    if (kind === 'intermediate') expect(bundles).toEqual(before.map(({ roots }) => roots));
  }
  return rotation;
}

describe('commands at random moments of a rotation in the model', () => {
  it('drop no connection, and leave the mesh where the command says, to the byte on the way back', () => {
    fc.assert(
      fc.property(meshShape, kind, rate, fc.integer(), (shape, of, commands, seed) => {
        lead(shape, of, commands, seed);
      }),
      { numRuns: 500 },
    );
  });

  it('are carried out in every state and place that the tables let them be carried out in', () => {
    const ends = new Set<string>();
    const carriedOut = new Set<string>();
    const asked = new Set<string>();
    fc.assert(
      fc.property(meshShape, kind, rate, fc.integer(), (shape, of, commands, seed) => {
        const rotation = lead(shape, of, commands, seed);
        ends.add(`${of} ${rotation.progress.state}`);
        for (const command of rotation.carriedOut) carriedOut.add(command);
        for (const row of rotation.asked) asked.add(row);
      }),
      { numRuns: 2_000, seed: 2 },
    );
    const everyEnd = ['aborted', 'completed', 'rolledBack'];
    expect([...ends].toSorted()).toEqual(
      ['intermediate', 'root'].flatMap((each) => everyEnd.map((end) => `${each} ${end}`)),
    );
    const accepted = commandNames.flatMap((name) =>
      states
        .filter((state) => 'accepted' in answers[name][state] && !hasEnded({ state }))
        .map((state) => `${name} in ${state}`),
    );
    expect([...carriedOut].toSorted()).toEqual(accepted.toSorted());
    const rows = (['pause', 'leave'] as const).flatMap((hold) =>
      places.filter((place) => effects[hold][place].rests !== 'never').map((place) => `${hold} in ${place}`),
    );
    expect([...asked].toSorted()).toEqual(rows.toSorted());
  });
});
