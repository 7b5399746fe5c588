import type { ObservedUnit } from './observed.ts';
import type { ReadCa } from './wanted.ts';

/** The unit as it is for a rotation that is yet to stage a set there: what another has staged keeps it out, as a lease does. */
export function asHeld(unit: ObservedUnit, { stagedBy = {} }: Pick<ReadCa, 'stagedBy'>): ObservedUnit {
  const other = stagedBy[unit.unit];
  if (other === undefined || unit.source.heldBy !== undefined) return unit;
  return { ...unit, source: { ...unit.source, heldBy: other } };
}
