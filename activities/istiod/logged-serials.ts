import { Problem } from '../../problems/problem.ts';
import type { ClusterClient } from '../kube/connect.ts';
import { readLog } from '../kube/follow-logs.ts';
import { istiodContainer } from './cacerts-volume.ts';
import { readEvents } from './log.ts';

/**
 * Serial numbers of the certificates that a replica said it holds since an instant (ISO 8601). Evidence
 * besides the probe, not proof: a log that cannot be read gives none, but for want of the right to.
 * @throws Problem CLUSTER_FORBIDDEN
 */
export async function loggedSerials(
  client: ClusterClient,
  { namespace, pod }: { readonly namespace: string; readonly pod: string },
  since: string,
): Promise<readonly string[]> {
  try {
    const log = await readLog(client, { namespace, pod, container: istiodContainer }, { sinceTime: since });
    return readEvents(log).flatMap((event) =>
      // istiod's own DNS leaf has no subject; its serial tells nobody anything.
      event.kind === 'certificate' && event.certificate.subject !== '' ? [event.certificate.serial] : [],
    );
  } catch (error) {
    if (error instanceof Problem && error.code !== 'CLUSTER_FORBIDDEN') return [];
    throw error;
  }
}
