import { standsAfter } from '../problems/registry.ts';

/** A cluster in a phase, or a rotation as a whole: what stopped it may be forgotten before it is mended. */
interface Doubted {
  /** Codes of what put in doubt what was proven, until it is proven anew; left out where there are none. */
  readonly doubts?: readonly string[];
}

/** Of the codes of stops, those that put in doubt what was proven. */
export function doubtsIn(stops: readonly string[]): readonly string[] {
  return [...new Set(stops.filter((code) => standsAfter(code) === 'doubts'))];
}

/** Takes down a stop that puts in doubt what was proven; any other changes nothing. */
export function withDoubt<T extends Doubted>(what: T, code: string): T {
  return doubting(what, doubtsIn([...(what.doubts ?? []), code]));
}

/** What is proven anew leaves only doubts that it could not dispel. */
export function provenAnew<T extends Doubted>(what: T, still: readonly string[] = []): T {
  return doubting(what, what.doubts?.filter((code) => still.includes(code)) ?? []);
}

function doubting<T extends Doubted>(what: T, doubts: readonly string[]): T {
  const { length } = doubts;
  if (length === 0 && what.doubts === undefined) return what;
  const changed = { ...what, doubts };
  if (length === 0) Reflect.deleteProperty(changed, 'doubts');
  return changed;
}

/** Of a rotation, with all its clusters. */
export function doubtsOf(
  rotation: Doubted & { readonly phases: readonly WithClusters[] },
): readonly string[] {
  const { doubts = [], phases } = rotation;
  const clusters = phases.flatMap((phase) => phase.clusters.flatMap((step) => step.doubts ?? []));
  return [...new Set([...doubts, ...clusters])];
}

interface WithClusters {
  readonly clusters: readonly Doubted[];
}

/** By cluster, of those that have any: what the workflow that takes a unit's step over cannot know. */
export function doubtsByCluster(
  steps: readonly (Doubted & { readonly cluster: string })[],
): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(steps.flatMap(({ cluster, doubts }) => (doubts ? [[cluster, doubts]] : [])));
}
