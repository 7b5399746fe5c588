import type { Activities, MeshRef } from '../contract.ts';
import { censusOf, judgeCluster } from './census.ts';
import type { WorkloadCluster } from './cluster.ts';
import { markOf } from './mark.ts';
import { restartBatch } from './restart.ts';
import { secondPlaneIs } from './second-plane.ts';

export interface WorkloadDependencies {
  readonly clusterOf: (ref: MeshRef & { readonly cluster: string }) => Promise<WorkloadCluster>;
  readonly now?: () => Date;
}

/** What proves that workloads hold a trust state, and what brings them there. */
export function createWorkloadActivities({
  clusterOf,
  now = () => new Date(),
}: WorkloadDependencies): Pick<Activities, 'awaitSecondPlane' | 'takeCensus' | 'restartStale'> {
  return {
    async awaitSecondPlane(input) {
      return secondPlaneIs(await clusterOf(input), { roots: input.roots, limit: input.limit, now });
    },
    async takeCensus(input) {
      const wanted = { ...input, mark: markOf(input), now };
      return censusOf(await judgeCluster(await clusterOf(input), wanted), now());
    },
    async restartStale(input) {
      return restartBatch(await clusterOf(input), { ...input, mark: markOf(input), now });
    },
  };
}
