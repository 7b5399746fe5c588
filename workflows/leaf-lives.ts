import type { ObservedUnit } from '../rotation/observed.ts';
import type { CarriedLeaves } from '../rotation/requests.ts';

/** By unit, in seconds: how long its leaves live at most. */
export type LeafLives = ReadonlyMap<string, number>;

export function leafLivesOf(units: readonly ObservedUnit[]): LeafLives {
  return new Map(
    units.map(({ unit, clusters }) => [
      unit,
      Math.max(0, ...clusters.map(({ longestLeafTtlSeconds }) => longestLeafTtlSeconds)),
    ]),
  );
}

/** Most units of a mesh are alike in it. */
export function compactLeaves(lives: LeafLives): CarriedLeaves | undefined {
  const [usual] = [...Map.groupBy(lives.values(), (life) => life)].toSorted(
    ([, a], [, b]) => b.length - a.length,
  );
  if (usual === undefined) return undefined;
  const others = [...lives].filter(([, life]) => life !== usual[0]);
  return { usual: usual[0], others: Object.fromEntries(others) };
}
