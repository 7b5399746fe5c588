import { Problem } from '../../problems/problem.ts';
import type { ClusterClient } from '../kube/connect.ts';
import { readLog } from '../kube/follow-logs.ts';
import { callingForMaybe } from '../kube/problems.ts';
import { istiodContainer } from './cacerts-volume.ts';
import { readEvents } from './log.ts';
import type { Replica } from './replicas.ts';

/** The lines of a start are in the first part of the log: that on the CA after some 6 KB in 1.30. */
const headBytes = 64_000;

/**
 * Refuses a mesh that signs by itself. A CSI volume decides alone, for without its files no pod of it starts.
 * Otherwise the log of the start does, and where it has been rotated away, whether the Secret is there that the
 * volume may lack.
 * @throws Problem SELF_SIGNED_MESH
 */
export async function demandPluggedIn(client: ClusterClient, replica: Replica): Promise<void> {
  const { plane, pod, cacerts } = replica;
  if (cacerts.kind === 'csi') return;
  const log = await readLog(
    client,
    { namespace: plane.namespace, pod, container: istiodContainer },
    { limitBytes: headBytes },
  );
  const started = readEvents(log).findLast((event) => event.kind === 'started');
  if (started?.ca === 'plugged-in') return;
  const object = `istiod ${plane.revision} of cluster ${client.name}`;
  if (started?.ca === 'self-signed') {
    throw new Problem('SELF_SIGNED_MESH', { object, found: `the log of ${pod} says so` });
  }
  if (await hasSet(client, replica)) return;
  throw new Problem('SELF_SIGNED_MESH', { object, found: 'no CA files are mounted' });
}

async function hasSet(client: ClusterClient, { plane, cacerts }: Replica): Promise<boolean> {
  if (cacerts.kind !== 'secret') return false;
  const { namespace } = plane;
  const name = cacerts.secret;
  const secret = await callingForMaybe(`Secret ${namespace}/${name} of cluster ${client.name}`, () =>
    client.core.readNamespacedSecret({ namespace, name }),
  );
  return secret?.data?.['ca-cert.pem'] !== undefined || secret?.data?.['tls.crt'] !== undefined;
}
