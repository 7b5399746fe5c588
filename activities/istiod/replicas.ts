import type { V1Pod } from '@kubernetes/client-node';
import { anyOf, changesOf, type Changes } from '../kube/changes.ts';
import type { ClusterClient } from '../kube/connect.ts';
import { listAll } from '../kube/list-all.ts';
import { cacertsVolume, istiodContainer, type CacertsVolume } from './cacerts-volume.ts';
import { longestLeaf } from './longest-leaf.ts';
import { versionOf, type ControlPlane } from './control-plane.ts';

/** One istiod pod, at whatever point of its life. */
export interface Replica {
  readonly plane: ControlPlane;
  readonly pod: string;
  readonly ready: boolean;
  /** It still signs for those that are connected to it, until it is gone. */
  readonly terminating: boolean;
  readonly version: string;
  readonly cacerts: CacertsVolume;
  /** Seconds; the longest life of a leaf that it signs. */
  readonly longestLeaf: number;
  /** Why it does not come up, by its container's state: `CrashLoopBackOff`. */
  readonly waiting: string | undefined;
}

/** Pods of a control plane, without those that ended for good (evicted, completed). */
export async function listReplicas(client: ClusterClient, plane: ControlPlane): Promise<readonly Replica[]> {
  const pods = await listAll(
    `pods of ${plane.namespace}/${plane.deployment} of cluster ${client.name}`,
    (page) =>
      client.core.listNamespacedPod({ namespace: plane.namespace, labelSelector: plane.selector, ...page }),
  );
  return pods
    .filter(({ status }) => status?.phase !== 'Failed' && status?.phase !== 'Succeeded')
    .map((pod) => replicaOf(plane, pod));
}

/** Changes of the pods of control planes; `clientOf` finds the client of a plane's cluster. */
export function replicaChanges(
  planes: readonly ControlPlane[],
  clientOf: (cluster: string) => ClusterClient,
): Changes {
  return anyOf(
    planes.map((plane) => {
      const { namespace, selector: labelSelector } = plane;
      const client = clientOf(plane.cluster);
      const list = () => client.core.listNamespacedPod({ namespace, labelSelector });
      return changesOf(client, `/api/v1/namespaces/${namespace}/pods`, list, labelSelector);
    }),
  );
}

function replicaOf(plane: ControlPlane, { metadata, spec, status }: V1Pod): Replica {
  const container = status?.containerStatuses?.find(({ name }) => name === istiodContainer);
  const image = spec?.containers.find(({ name }) => name === istiodContainer)?.image;
  return {
    plane,
    pod: metadata?.name ?? '',
    ready: status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false,
    terminating: metadata?.deletionTimestamp !== undefined,
    version: versionOf(image),
    cacerts: cacertsVolume(spec),
    longestLeaf: longestLeaf(spec),
    waiting: container?.state?.waiting?.reason,
  };
}
