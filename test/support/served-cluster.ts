import { KubeConfig } from '@kubernetes/client-node';
import { createCluster, type ClusterOptions, type SimCluster } from '../../sim/api/cluster.ts';
import { serveClusters, type ServedClusters } from '../../sim/api/serve.ts';
import type { SimSettings } from '../../sim/world.ts';
import { FakeProgram, fakeProgramsOf } from './fake-program.ts';
import { localhostTls } from './tls.ts';

export const quickSettings: SimSettings = {
  csiPollInterval: 100,
  csiObjectDelay: 1,
  reloadDebounce: 5,
  cronJobEvery: 3_600_000,
  kubeletConfigMapDelay: 40,
  leafTtl: 60_000,
  gracePeriodRatio: 0.5,
  podStart: 5,
  podDrain: 5,
  handshakesPerSecond: 1,
  seed: 1,
};

export interface ServedCluster {
  readonly cluster: SimCluster;
  readonly served: ServedClusters;
  readonly token: string;
  /** Behind the certificate of its API server; PEM. */
  readonly ca: string;
  /** A kubeconfig of the client library, with the cluster's own token or another. */
  config(token?: string): KubeConfig;
  /** The newest program of a pod. */
  program(namespace: string, pod: string): FakeProgram;
  close(): Promise<void>;
}

/** A running cluster `east` with the namespace `shop`, behind HTTPS, its pods run by fake programs. */
export async function servedCluster(options: Partial<ClusterOptions> = {}): Promise<ServedCluster> {
  const cluster = createCluster({
    ...{ name: 'east', settings: quickSettings, programs: (pod) => new FakeProgram(pod) },
    ...options,
  });
  cluster.store.create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
  cluster.start();
  const { ca, cert, key } = localhostTls();
  const served = await serveClusters([cluster], { tls: { cert, key }, bookmarkEvery: 20 });
  const token = cluster.tokens.addUser('tester');
  return {
    ...{ cluster, served, token, ca },
    config: (bearer = token) => {
      const config = new KubeConfig();
      const caData = Buffer.from(ca).toString('base64');
      const server = { name: 'east', server: served.urlOf('east'), caData, skipTLSVerify: false };
      config.loadFromClusterAndUser(server, { name: 'tester', token: bearer });
      return config;
    },
    program: fakeProgramsOf(cluster),
    close: async () => {
      await served.close();
      await cluster.stop();
    },
  };
}
