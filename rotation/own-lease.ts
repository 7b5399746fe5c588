import type { ObservedUnit } from './observed.ts';
import type { PlanPolicy } from './wanted.ts';

/** The id of a rotation's way back, where it turns while it runs. */
export function wayBackOf(rotationId: string): string {
  return `${rotationId}-back`;
}

/**
 * The rotations whose leases on a CA source are a rotation's own. One that has turned back has no write under way any
 * more, and what a failed one has left behind must not keep its way back waiting.
 */
export function leasesOf(rotationId: string, before: string | undefined): readonly string[] {
  return before !== undefined && rotationId === wayBackOf(before) ? [rotationId, before] : [rotationId];
}

/** The unit as those see it whose leases these are. */
export function withoutLeases(unit: ObservedUnit, own: readonly string[]): ObservedUnit {
  const { source } = unit;
  const isOwn = source.heldBy !== undefined && own.includes(source.heldBy);
  return isOwn ? { ...unit, source: { ...source, heldBy: undefined } } : unit;
}

/** True where a lease that another rotation has left is no hindrance, as somebody decided who knows that it is lost. */
export function takesOver({ overrides }: Pick<PlanPolicy, 'overrides'>): boolean {
  return overrides.some(({ invariant }) => invariant === 'HELD_BY_OTHER_ROTATION');
}
