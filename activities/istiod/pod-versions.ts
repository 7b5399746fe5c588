import { z } from 'zod';
import type { ObjectNames } from '../../fleet/fleet.ts';
import type { SetVersions } from '../contract.ts';
import type { ClusterClient } from '../kube/connect.ts';
import { parts } from '../key-vault/held-set.ts';
import { calling } from '../kube/problems.ts';

const podStatuses = z.object({
  items: z.array(
    z.object({
      status: z
        .object({
          podName: z.string().default(''),
          secretProviderClassName: z.string().default(''),
          mounted: z.boolean().default(false),
          objects: z.array(z.object({ id: z.string(), version: z.string() })).default([]),
        })
        .optional(),
    }),
  ),
});

/** What the CSI driver says it has mounted, pod by pod. */
export interface PodVersions {
  /** What a pod's volume lacks of the wanted versions, in words; undefined where it has all four. */
  lack(
    pod: string,
    secretProviderClass: string,
    objects: ObjectNames,
    wanted: SetVersions,
  ): string | undefined;
}

/**
 * Reads the SecretProviderClassPodStatuses of a namespace. They are matched by their status, for the name
 * (`<pod>-<namespace>-<class>`) cannot be split.
 */
export async function podVersions(client: ClusterClient, namespace: string): Promise<PodVersions> {
  const object = `secretproviderclasspodstatuses in ${namespace} of cluster ${client.name}`;
  const raw: unknown = await calling(object, () =>
    client.custom.listNamespacedCustomObject({
      group: 'secrets-store.csi.x-k8s.io',
      version: 'v1',
      namespace,
      plural: 'secretproviderclasspodstatuses',
    }),
  );
  const statuses = podStatuses.parse(raw).items.flatMap(({ status }) => (status ? [status] : []));
  return {
    lack: (pod, secretProviderClass, objects, wanted) => {
      const status = statuses.find(
        ({ podName, secretProviderClassName }) =>
          podName === pod && secretProviderClassName === secretProviderClass,
      );
      if (status?.mounted !== true) return 'nothing is mounted yet';
      const versions = new Map(status.objects.map(({ id, version }) => [id, version]));
      const old = parts.filter((part) => versions.get(`secret/${objects[part]}`) !== wanted[part]);
      return old.length === 0 ? undefined : `old version of ${old.map((part) => objects[part]).join(', ')}`;
    },
  };
}
