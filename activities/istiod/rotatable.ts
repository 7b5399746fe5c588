import type { ClusterRef, MeshWorld } from '../mesh-world.ts';
import { demandCsiRotation } from './csi-driver.ts';
import { demandOneSource, type RevisionSource } from './one-source.ts';
import { readProviderClass } from './provider-class.ts';
import { listReplicas } from './replicas.ts';
import { demandPluggedIn } from './self-signed.ts';

/**
 * Refuses control planes to which no new CA could ever get, or not to all of them.
 * @throws Problem SELF_SIGNED_MESH, CSI_ROTATION_OFF, OBJECT_VERSION_PINNED, SECRET_PROVIDER_CLASS_INVALID,
 *   REVISION_SOURCES_DIFFER, SOURCE_NOT_OF_FLEET
 */
export async function demandRotatable(world: MeshWorld, ref: ClusterRef): Promise<void> {
  const client = world.client(ref);
  const planes = await world.controlPlanes(ref);
  const sources: RevisionSource[] = [];
  for (const plane of planes) {
    const { namespace, revision } = plane;
    const replicas = await listReplicas(client, plane);
    const running = replicas.find(({ ready, terminating }) => ready && !terminating);
    if (running !== undefined) await demandPluggedIn(client, running);
    const cacerts = running?.cacerts ?? plane.cacerts;
    if (cacerts.kind !== 'csi') continue;
    sources.push({
      revision,
      provider: await readProviderClass(client, namespace, cacerts.secretProviderClass),
    });
  }
  if (planes.some(({ cacerts }) => cacerts.kind === 'csi')) await demandCsiRotation(client);
  demandOneSource(ref.cluster, sources, world.cluster(ref).keyVault);
}
