import { describe, expect, it } from 'vitest';
import { asHeld, leftStaged } from '../../rotation/staged-by.ts';
import { FakeMesh } from '../workflows/fake-mesh.ts';

it('takes a unit for held by whoever has staged a set there, unless a lease names another', () => {
  const unit = new FakeMesh({ units: ['aks-1'] }).observe('aks-1');
  const stagedBy = { 'aks-1': 'r-lost' };
  expect(asHeld(unit, { stagedBy }).source.heldBy).toBe('r-lost');
  expect(asHeld(unit, {})).toBe(unit);
  const leased = { ...unit, source: { ...unit.source, heldBy: 'r-writes' } };
  expect(asHeld(leased, { stagedBy })).toBe(leased);
});

describe('what a rotation has staged', () => {
  const names = ['aks-1', 'aks-2', 'aks-3'];
  const mesh = new FakeMesh({ units: names });
  const units = names.map((name) => mesh.observe(name));
  const stagedFor = (held: readonly string[]) => Object.fromEntries(held.map((name) => [name, 'r-1']));
  const live = Object.fromEntries(
    units.flatMap(({ unit, source }) => (source.signer === undefined ? [] : [[unit, source.signer]])),
  );
  const rest = [{ name: 'activate' as const, units: [] }];
  /** @param used the units that sign with what is staged */
  const left = (held: readonly string[], used: readonly string[], phases: typeof rest) => {
    const signers = Object.fromEntries(
      Object.entries(live).map(([unit, signer]) => [
        unit,
        used.includes(unit) ? signer : { ...signer, fingerprint: `to be issued for ${unit}` },
      ]),
    );
    return leftStaged(units, { stagedBy: stagedFor(held), signers }, { phases });
  };

  it.each([
    ['was lost before all of it was written', names, ['aks-1'], rest],
    ['was lost when all of it was written, and not loaded everywhere', names, names, rest],
    ['was lost before it has written any', ['aks-1'], [], rest],
    ['has left nothing', [], [], rest],
  ] as const)('is gone on with where it %s', (_, held, used, phases) => {
    expect(left(held, used, [...phases])).toBeUndefined();
  });

  it.each([
    ['all that there is', names, [], 'aks-1 and 2 more'],
    ['a part, while others are to be made', ['aks-2'], rest, 'aks-2'],
  ] as const)('is no more than left over where it was at its end: %s', (_, held, phases, named) => {
    expect(left(held, held, [...phases])).toEqual({
      object: `what is staged beside the CA source of ${named}`,
      expected: 'nothing, or what a lost rotation was yet to write',
      found: 'what rotation r-1 has written already',
    });
  });
});
