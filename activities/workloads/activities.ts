import { type Activities, type ClusterStageRef, type MeshRef } from '../contract.ts';
import { censusOf, judgeCluster } from './census.ts';
import { type WorkloadCluster } from './cluster.ts';
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
      return censusOf(await judgeCluster(await clusterOf(input), input.expect, now), now());
    },
    async restartStale(input) {
      const { expect, batchPercent, limit } = input;
      return restartBatch(await clusterOf(input), { expect, batchPercent, limit, mark: markOf(input), now });
    },
  };
}

/** @param repeat undefined or 0 where the stage was begun once */
function markOf({ rotationId, phase, stage, repeat = 0 }: ClusterStageRef & { repeat?: number }): string {
  const name = `${rotationId}/${phase}/${stage}`;
  return repeat === 0 ? name : `${name}/${repeat}`;
}
