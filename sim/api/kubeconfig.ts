import { writeFile } from 'node:fs/promises';
import { stringify } from 'yaml';

export interface KubeconfigCluster {
  /** Name of the context, the cluster and the user. */
  readonly name: string;
  /** Base URL of its API server. */
  readonly url: string;
  /** The CA of the API server's certificate, PEM. */
  readonly caPem: string;
  readonly token: string;
}

/** Writes a kubeconfig with a context for each cluster, readable by its owner only. The first is current. */
export async function writeKubeconfig(options: {
  readonly file: string;
  readonly clusters: readonly KubeconfigCluster[];
}): Promise<void> {
  const { file, clusters } = options;
  const config = {
    ...{ apiVersion: 'v1', kind: 'Config', preferences: {} },
    clusters: clusters.map(({ name, url, caPem }) => ({
      ...{
        name,
        cluster: { server: url, 'certificate-authority-data': Buffer.from(caPem).toString('base64') },
      },
    })),
    users: clusters.map(({ name, token }) => ({ name, user: { token } })),
    contexts: clusters.map(({ name }) => ({ name, context: { cluster: name, user: name } })),
    'current-context': clusters[0]?.name ?? '',
  };
  await writeFile(file, stringify(config), { mode: 0o600 });
}
