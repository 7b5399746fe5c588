import type { ObservedMesh } from './observed.ts';
import type { Fingerprint } from './trust.ts';

/** The clusters whose mesh configuration pins a certificate, by its fingerprint. */
export function pinnedIn({ units }: ObservedMesh): ReadonlyMap<Fingerprint, readonly string[]> {
  const clusters = units.flatMap((unit) => unit.clusters);
  const pins = clusters.flatMap(({ cluster, pinned = [] }) => pinned.map((root) => ({ root, cluster })));
  return new Map(
    [...Map.groupBy(pins, ({ root }) => root)].map(([root, found]) => [
      root,
      found.map(({ cluster }) => cluster),
    ]),
  );
}
