import type { Activities } from '../contract.ts';
import { checkHandshakes } from '../handshake/check.ts';
import type { MeshWorld } from '../mesh-world.ts';
import { findSources } from './find-sources.ts';
import { listClusters } from './list-clusters.ts';
import { awaitLoaded } from './load.ts';
import { observeUnit } from './observe.ts';
import { awaitSynced } from './sync.ts';
import { watchUnits } from './watch.ts';

/** The activities that look at istiod and wait for it. They throw Problems. */
export function createIstiodActivities({
  world,
}: {
  readonly world: MeshWorld;
}): Pick<
  Activities,
  | 'listClusters'
  | 'findSources'
  | 'observeUnit'
  | 'awaitSynced'
  | 'awaitLoaded'
  | 'watchUnits'
  | 'checkHandshakes'
> {
  return {
    listClusters: (input) => Promise.resolve(listClusters(world, input)),
    findSources: (input) => findSources(world, input),
    observeUnit: (input) => observeUnit(world, input),
    awaitSynced: (input) => awaitSynced(world, input),
    awaitLoaded: (input) => awaitLoaded(world, input),
    checkHandshakes: (input) => checkHandshakes(world, input),
    watchUnits: (input) => watchUnits(world, input),
  };
}
