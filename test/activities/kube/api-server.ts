import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateKeyPairSync } from 'node:crypto';
import { connectCluster, type ClusterClient } from '../../../activities/kube/connect.ts';
import { issueLeaf, makeRoot } from '../../../pki/make.ts';
import { createCluster, type SimCluster } from '../../../sim/api/cluster.ts';
import { writeKubeconfig } from '../../../sim/api/kubeconfig.ts';
import { serveClusters, type ServedClusters } from '../../../sim/api/serve.ts';
import { FakeProgram } from '../../support/fake-program.ts';
import type { ProgramFactory, SimSettings } from '../../../sim/world.ts';

export const settings: SimSettings = {
  csiPollInterval: 100,
  csiObjectDelay: 5,
  reloadDebounce: 10,
  cronJobEvery: 300,
  kubeletConfigMapDelay: 50,
  leafTtl: 60_000,
  gracePeriodRatio: 0.5,
  podStart: 10,
  podDrain: 20,
  handshakesPerSecond: 10,
  seed: 7,
};

const programs: ProgramFactory = (pod) => new FakeProgram(pod);

/** A served cluster and a client of it, over HTTPS. */
export interface ServedCluster {
  readonly cluster: SimCluster;
  readonly served: ServedClusters;
  readonly client: ClusterClient;
  readonly kubeconfig: string;
  readonly token: string;
  close(): Promise<void>;
}

export async function serveCluster(
  o: Partial<Parameters<typeof createCluster>[0]> = {},
): Promise<ServedCluster> {
  const cluster = createCluster({ name: 'west', settings, programs, ...o });
  const ca = makeRoot({ commonName: 'API server CA' });
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const leaf = issueLeaf({ issuer: ca, publicKey, dnsNames: ['localhost'], ttlMs: 86_400_000 });
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const served = await serveClusters([cluster], { tls: { cert: leaf.pem + ca.cert.pem, key } });
  const folder = await mkdtemp(join(tmpdir(), 'meshturn-kube-'));
  const file = join(folder, 'kubeconfig');
  const token = cluster.tokens.addUser();
  await writeKubeconfig({
    file,
    clusters: [{ name: 'west', url: served.urlOf('west'), caPem: ca.cert.pem, token }],
  });
  const client = connectCluster({
    name: 'west',
    access: { kind: 'kubeconfig', path: file, context: undefined },
  });
  cluster.start();
  return {
    ...{ cluster, served, client, kubeconfig: file, token },
    close: async () => {
      await cluster.stop();
      await served.close();
      await rm(folder, { recursive: true });
    },
  };
}
