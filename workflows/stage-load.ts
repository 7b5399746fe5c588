import type { LoadEvidence, SetVersions, WriteEvidence } from '../activities/contract.ts';
import { type Loaded, longestLeafByDefault } from '../rotation/proven-by-time.ts';

/** Since when the istiods of a cluster serve a stage, and which versions of the CA source that was. */
export interface StageLoad extends Omit<Loaded, 'clockSkew'> {
  readonly versions: SetVersions;
}

/**
 * A stage that is begun anew has its load proven again. Where the source still has the versions of the time before,
 * nobody wrote to it in between, and what time has proven since then stays proven.
 */
export function stageLoad(
  before: StageLoad | undefined,
  { at, longestLeaf = longestLeafByDefault }: LoadEvidence,
  { versions }: WriteEvidence,
): StageLoad {
  if (before === undefined || !same(before.versions, versions)) return { since: at, longestLeaf, versions };
  return { ...before, longestLeaf: Math.max(before.longestLeaf, longestLeaf) };
}

function same(a: SetVersions, b: SetVersions): boolean {
  return a.root === b.root && a.chain === b.chain && a.key === b.key && a.cert === b.cert;
}
