import { expect, it } from 'vitest';
import { asHeld } from '../../rotation/staged-by.ts';
import { FakeMesh } from '../workflows/fake-mesh.ts';

it('takes a unit for held by whoever has staged a set there, unless a lease names another', () => {
  const unit = new FakeMesh({ units: ['aks-1'] }).observe('aks-1');
  const stagedBy = { 'aks-1': 'r-lost' };
  expect(asHeld(unit, { stagedBy }).source.heldBy).toBe('r-lost');
  expect(asHeld(unit, {})).toBe(unit);
  const leased = { ...unit, source: { ...unit.source, heldBy: 'r-writes' } };
  expect(asHeld(leased, { stagedBy })).toBe(leased);
});
