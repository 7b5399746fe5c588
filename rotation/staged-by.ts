import type { ObservedUnit } from './observed.ts';
import type { Plan } from './plan.ts';
import type { ReadCa, Wanted } from './wanted.ts';

/** The unit as it is for a rotation that is yet to stage a set there: what another has staged keeps it out, as a lease does. */
export function asHeld(unit: ObservedUnit, { stagedBy = {} }: Pick<ReadCa, 'stagedBy'>): ObservedUnit {
  const other = stagedBy[unit.unit];
  if (other === undefined || unit.source.heldBy !== undefined) return unit;
  return { ...unit, source: { ...unit.source, heldBy: other } };
}

/** Whether a unit signs already with what it is to sign with in the end. */
export function signsAsWanted({ unit, source }: ObservedUnit, { signers }: Pick<Wanted, 'signers'>): boolean {
  return source.signer !== undefined && source.signer.fingerprint === signers[unit]?.fingerprint;
}

/**
 * What rotations that were over have left beside CA sources, in the words of a problem. A lost one is taken up by what it
 * has staged: something of that is not in use yet, or all is and istiods or proxies lack it. Where neither is so, whoever
 * went on with it would leave units with intermediates that are to be replaced.
 */
export function leftStaged(
  units: readonly ObservedUnit[],
  { stagedBy = {}, signers }: Pick<ReadCa, 'stagedBy' | 'signers'>,
  { phases }: Pick<Plan, 'phases'>,
): Readonly<Record<'object' | 'expected' | 'found', string>> | undefined {
  const held = units.filter(({ unit }) => stagedBy[unit] !== undefined);
  const [first] = held;
  if (first === undefined || !held.every((unit) => signsAsWanted(unit, { signers }))) return undefined;
  if (held.length === units.length && phases.length > 0) return undefined;
  const more = held.length === 1 ? '' : ` and ${held.length - 1} more`;
  return {
    object: `what is staged beside the CA source of ${first.unit}${more}`,
    expected: 'nothing, or what a lost rotation was yet to write',
    found: `what rotation ${stagedBy[first.unit] ?? ''} has written already`,
  };
}
