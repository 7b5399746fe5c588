import { createHash } from 'node:crypto';
import type { Activities } from '../../activities/contract.ts';
import { pageFrom } from '../../rotation/page.ts';
import type { MeshShape } from '../../rotation/shape.ts';

/** The calls that a survey makes, answered so that it finds this shape; no fleet file names a source. */
export function surveyedAs(shape: () => MeshShape): Pick<Activities, 'listClusters' | 'findSources'> {
  return {
    listClusters: ({ after }) => {
      const { trustDomain, waveWidth, limits, units } = shape();
      const all = units.flatMap(({ controlPlanes, clusters, cronJob }) =>
        clusters.map((each) => {
          const isPrimary = controlPlanes.includes(each.cluster);
          const controlPlane = isPrimary ? each.cluster : (controlPlanes[0] ?? each.cluster);
          return { ...each, controlPlane, cronJob, source: undefined };
        }),
      );
      const from = all.findIndex(({ cluster }) => cluster === after) + 1;
      const clusters = pageFrom(all, from);
      const next = from + clusters.length < all.length ? clusters.at(-1)?.cluster : undefined;
      return Promise.resolve({ trustDomain, waveWidth, limits, clusters, next });
    },
    findSources: ({ clusters }) => {
      const { units } = shape();
      const unitOf = (cluster: string) =>
        units.find(({ controlPlanes }) => controlPlanes.includes(cluster))?.unit ?? cluster;
      return Promise.resolve(
        clusters.map((cluster) => {
          const unit = unitOf(cluster);
          const identity = createHash('sha256').update(unit).digest('hex').slice(0, 32);
          return { cluster, source: { identity, object: `secrets in https://kv-${unit}.vault.azure.net` } };
        }),
      );
    },
  };
}
