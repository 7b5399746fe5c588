import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Problem } from '../problems/problem.ts';
import { writeKubeconfig } from '../sim/api/kubeconfig.ts';
import { profiles } from '../sim/demo/profiles.ts';
import { freePorts } from '../worker/free-ports.ts';
import { answers } from './answers.ts';
import * as command from './cluster/commands.ts';
import { writeTls } from './cluster/files.ts';
import { writeStages } from './cluster/stages.ts';
import { startCluster } from './cluster/start.ts';
import type { Installed } from './installed.ts';
import { Processes } from './processes.ts';

export interface Lab {
  /** Names of the clusters, each a context of the kubeconfig. */
  readonly clusters: readonly string[];
  readonly kubeconfig: string;
  /** Settles when a component ends that nobody has stopped. */
  readonly failed: Promise<Problem>;
  readonly stop: () => Promise<void>;
}

export interface LabOptions {
  readonly clusters: number;
  /** Empty, and readable by its owner only: keys, tokens and logs go there. */
  readonly folder: string;
  readonly installed: Installed;
  readonly signal: AbortSignal;
  /** For tests: in place of free ones. */
  readonly ports?: (count: number) => Promise<readonly number[]>;
}

/**
 * Starts real clusters on loopback, which end surely with this process. Throws LAB_NOT_INSTALLED,
 * LAB_COMPONENT_FAILED, LAB_OBJECT_REFUSED, LAB_NOT_READY and the signal's reason; nothing is left running then.
 */
export async function startLab(o: LabOptions): Promise<Lab> {
  // Where one component fails, the others give up at once.
  const giveUp = new AbortController();
  const signal = AbortSignal.any([o.signal, giveUp.signal]);
  const storage = new Processes(o.folder, signal);
  const clusters = new Processes(o.folder, signal);
  const failed = Promise.race([storage.failed, clusters.failed]);
  // An API server whose etcd is gone would wait for it before it ends.
  const stop = async (): Promise<void> => {
    await clusters.stop();
    await storage.stop();
  };
  try {
    const starting = startAll(storage, clusters, o);
    const problem = await Promise.race([failed, starting.then(() => undefined)]);
    if (problem !== undefined) throw problem;
    return { ...(await starting), failed, stop };
  } catch (error) {
    giveUp.abort(error);
    await stop();
    throw error;
  }
}

async function startAll(
  storage: Processes,
  processes: Processes,
  { folder, installed, ports: takePorts = freePorts, ...o }: LabOptions,
): Promise<Pick<Lab, 'clusters' | 'kubeconfig'>> {
  const wanted = profiles(o.clusters);
  const { files: tls, pem } = await writeTls(folder);
  const stages = join(folder, 'stages.yaml');
  await writeStages(stages);
  const etcdFolder = join(folder, 'etcd');
  await mkdir(etcdFolder, { mode: 0o700 });
  const [port = 0, peerPort = 0, ...ports] = await takePorts(2 + 2 * wanted.length);
  const etcdUrl = `https://localhost:${port}`;
  const etcd = command.etcd(installed, { folder: etcdFolder, port, peerPort, tls });
  const shared = { etcdUrl, tls, caPem: pem.ca, stages };
  const [, ...clusters] = await Promise.all([
    storage.start('etcd', etcd, () => answers(`${etcdUrl}/health`, pem)),
    // An API server waits for etcd by itself.
    ...wanted.map((profile, index) => {
      const [apiPort = 0, kubeletPort = 0] = ports.slice(2 * index);
      const own = { profile, folder: join(folder, profile.name), apiPort, kubeletPort };
      return startCluster(installed, processes, { ...shared, ...own });
    }),
  ]);
  const kubeconfig = join(folder, 'kubeconfig');
  await writeKubeconfig({ file: kubeconfig, clusters });
  return { clusters: clusters.map(({ name }) => name), kubeconfig };
}
