import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateKeyPairSync } from 'node:crypto';
import { connectCluster, type ClusterClient } from '../../../activities/kube/connect.ts';
import { issueLeaf, makeRoot } from '../../../pki/make.ts';
import { createCluster, type SimCluster } from '../../../sim/api/cluster.ts';
import { writeKubeconfig } from '../../../sim/api/kubeconfig.ts';
import { serveClusters, type ServedClusters } from '../../../sim/api/serve.ts';
import { listenOnLoopback } from '../../../sim/loopback.ts';
import type { ContainerLog, KubeObject, Program, ProgramFactory, SimSettings } from '../../../sim/world.ts';

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
  o: Partial<Parameters<typeof createCluster>[0]> & { readonly programs: ProgramFactory },
): Promise<ServedCluster> {
  const cluster = createCluster({ name: 'west', settings, ...o });
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

/** Prints what it is told to, echoes on port 7, and runs `fail N`. */
export class Echo implements Program {
  readonly ready = Promise.resolve();
  readonly #open = new Set<Socket>();
  readonly #server = createServer((socket) => {
    this.accepted += 1;
    this.#open.add(socket);
    socket.once('close', () => this.#open.delete(socket));
    socket.pipe(socket);
  });
  readonly #listening = listenOnLoopback(this.#server);
  readonly #lines: { at: Date; text: string }[] = [];
  readonly #listeners = new Set<Parameters<ContainerLog['onLine']>[0]>();
  readonly log: ContainerLog = {
    lines: this.#lines,
    onLine: (listener) => {
      this.#listeners.add(listener);
      return () => this.#listeners.delete(listener);
    },
  };

  print(text: string): void {
    const line = { at: new Date(), text };
    this.#lines.push(line);
    for (const listener of this.#listeners) listener(line);
  }

  exec(argv: readonly string[]): Promise<{ stdout: string; stderr: string; exitCode: number }> {
    const [command, ...rest] = argv;
    return Promise.resolve(
      command === 'fail'
        ? { stdout: '', stderr: 'it fails\n', exitCode: Number(rest[0]) }
        : { stdout: `${argv.join(' ')}\n`, stderr: '', exitCode: 0 },
    );
  }

  async loopbackPort(port: number) {
    if (port !== 7) throw new Error('connection refused');
    return (await this.#listening).port;
  }

  /** How many connections the echo's port has ever had. */
  accepted = 0;
  /** How many of them are open. */
  get open(): number {
    return this.#open.size;
  }

  async stop(): Promise<void> {
    await (await this.#listening).close();
  }
}

/** A pod of its own, as nobody's child. */
export function addPod(cluster: SimCluster, name: string): KubeObject {
  return cluster.store.create('pods', {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', labels: { app: 'echo' } },
    spec: { containers: [{ name: 'main', image: 'echo' }] },
  });
}
