import type { Cluster, ObjectNames } from '../../fleet/fleet.ts';
import { Problem } from '../../problems/problem.ts';
import type { CaSource } from '../ca-source.ts';
import type { VaultCredentials } from '../key-vault/credential.ts';
import { keyVaultSource } from '../key-vault/key-vault-source.ts';
import type { ClusterClient } from '../kube/connect.ts';
import type { ControlPlane } from './control-plane.ts';
import { readProviderClass, type ProviderClass } from './provider-class.ts';

/** The CA source of one control plane, with the names that its objects have in a pod's sync status. */
export interface PlaneSource {
  readonly source: CaSource;
  readonly objects: ObjectNames;
}

/**
 * Takes from the fleet file what it says, and the rest from the SecretProviderClass behind istiod's volume.
 * @throws Problem CACERTS_SOURCE_UNKNOWN, and those of the SecretProviderClass
 */
export async function planeSource(o: {
  readonly cluster: Cluster;
  readonly client: ClusterClient;
  readonly planes: () => Promise<readonly ControlPlane[]>;
  readonly credentials: VaultCredentials;
}): Promise<PlaneSource> {
  const { keyVault } = o.cluster;
  const found =
    keyVault.url === undefined || keyVault.objects === undefined
      ? await fromCluster(o.client, await o.planes())
      : undefined;
  const url = keyVault.url ?? found?.vaultUrl;
  const objects = keyVault.objects ?? found?.objects;
  if (url === undefined || objects === undefined) throw unknownSource(o.cluster.name, 'no vault');
  const source = await keyVaultSource({
    url,
    objects,
    emulator: keyVault.emulator,
    credential: o.credentials.for(keyVault.emulator),
  });
  return { source, objects };
}

async function fromCluster(client: ClusterClient, planes: readonly ControlPlane[]): Promise<ProviderClass> {
  const [plane] = planes;
  if (plane?.cacerts.kind === 'csi') {
    return readProviderClass(client, plane.namespace, plane.cacerts.secretProviderClass);
  }
  throw unknownSource(client.name, plane?.cacerts.kind === 'secret' ? 'a Secret' : 'no volume');
}

function unknownSource(cluster: string, found: string): Problem {
  return new Problem('CACERTS_SOURCE_UNKNOWN', {
    object: `istiod of cluster ${cluster}`,
    expected: 'a volume of the Secrets Store CSI driver',
    found,
    hint: 'name the vault and its objects in the fleet file: clusters[].source.keyVault',
  });
}
