import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { connectCluster, type ClusterClient } from '../../../activities/kube/connect.ts';

/** A client of the API server at this address, by a kubeconfig of its own with this user. */
export async function clientOf(server: string, user: object): Promise<ClusterClient> {
  const path = join(await mkdtemp(join(tmpdir(), 'meshturn-client-')), 'kubeconfig');
  const cluster = { name: 'west', cluster: { server, 'insecure-skip-tls-verify': true } };
  const context = { name: 'west', context: { cluster: 'west', user: 'west' } };
  await writeFile(
    path,
    stringify({
      ...{ clusters: [cluster], contexts: [context], 'current-context': 'west' },
      users: [{ name: 'west', user }],
    }),
  );
  return connectCluster({ name: 'west', access: { kind: 'kubeconfig', path, context: undefined } });
}
