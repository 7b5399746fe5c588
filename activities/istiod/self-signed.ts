import { Problem } from '../../problems/problem.ts';
import { type ClusterClient } from '../kube/connect.ts';
import { readLog } from '../kube/follow-logs.ts';
import { callingForMaybe } from '../kube/problems.ts';
import { istiodContainer } from './cacerts-volume.ts';
import { readEvents } from './log.ts';
import { type Replica } from './replicas.ts';

/** The lines of a start are in the first part of the log. */
const headBytes = 1_000_000;

/**
 * Refuses a mesh that signs by itself. The log of the start decides; where it has been rotated away, the
 * volume does, and where that is an optional Secret, whether the Secret is there.
 * @throws Problem SELF_SIGNED_MESH
 */
export async function demandPluggedIn(client: ClusterClient, replica: Replica): Promise<void> {
  const { plane, pod } = replica;
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
  if (cacerts.kind !== 'secret') return cacerts.kind === 'csi';
  const { namespace } = plane;
  const name = cacerts.secret;
  const secret = await callingForMaybe(`Secret ${namespace}/${name} of cluster ${client.name}`, () =>
    client.core.readNamespacedSecret({ namespace, name }),
  );
  return secret?.data?.['ca-cert.pem'] !== undefined || secret?.data?.['tls.crt'] !== undefined;
}
