import { calling } from '../kube/problems.ts';
import type { ClusterClient } from '../kube/connect.ts';
import { placeOfTexts } from './place-of-texts.ts';
import type { Place } from './place.ts';

/** `aks-istio-system/cacerts` */
export interface ObjectName {
  readonly namespace: string;
  readonly name: string;
}

/**
 * Looks at a Secret: cacerts, istio-ca-secret, one of type kubernetes.io/tls, or any other. Throws Problem as the
 * API server refuses.
 */
export async function inspectSecret(
  client: ClusterClient,
  { namespace, name }: ObjectName,
  at: Date,
): Promise<Place> {
  const object = `Secret ${namespace}/${name} of cluster ${client.name}`;
  const { data = {} } = await calling(object, () => client.core.readNamespacedSecret({ namespace, name }));
  const texts = new Map(
    Object.entries(data)
      .toSorted(([a], [b]) => a.localeCompare(b, 'en'))
      .map(([key, value]) => [key, Buffer.from(value, 'base64')] as const)
      // istiod leaves parts of istio-ca-secret empty on purpose.
      .filter(([, bytes]) => bytes.length > 0),
  );
  return placeOfTexts({ kind: 'secret', object, cluster: client.name, texts, at });
}
