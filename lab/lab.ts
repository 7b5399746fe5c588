import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeKubeconfig } from '../sim/api/kubeconfig.ts';
import { profiles } from '../sim/demo/profiles.ts';
import type { ProbedMesh } from '../sim/prober/prober.ts';
import type { SimSettings } from '../sim/world.ts';
import { freePorts } from '../worker/free-ports.ts';
import { endAll } from '../worker/end-all.ts';
import { unlessAborted } from '../worker/unless-aborted.ts';
import { answers } from './answers.ts';
import * as command from './cluster/commands.ts';
import { writeTls } from './cluster/files.ts';
import { writeStages } from './cluster/stages.ts';
import { startCluster, type ClusterLogins } from './cluster/start.ts';
import { demandClusters, type Installed } from './installed.ts';
import type { IstioBinaries } from './istio/binaries.ts';
import { AllPrograms } from './pods/all-programs.ts';
import { together } from './together.ts';
import type { OtherPrograms } from './pods/programs.ts';
import { Processes } from './processes.ts';
import { makeVaults, type Vaults } from './vaults.ts';

export interface Lab {
  /** Names of the clusters, each a context of the administrator's kubeconfig. */
  readonly clusters: readonly string[];
  readonly kubeconfig: string;
  /** What the product is pointed at: with logins of its own, which may do what it needs and no more. */
  readonly fleetFile: string;
  /** The programs behind the pods of each cluster. */
  readonly meshes: readonly ProbedMesh[];
  /** Settles when a component ends that nobody has stopped, or the programs cannot go on. */
  readonly failed: Promise<Error>;
  /** Ends a component of a cluster, whatever it is at, and starts it again: `kube-apiserver of aks-weu-1`. */
  readonly restart: (component: string) => Promise<void>;
  readonly stop: () => Promise<void>;
}

export interface LabOptions {
  readonly clusters: number;
  /** Of the programs, over those of the demo. */
  readonly settings?: Partial<SimSettings>;
  /** Empty, and readable by its owner only: keys, tokens and logs go there. */
  readonly folder: string;
  readonly installed: Installed;
  readonly signal: AbortSignal;
  /** With real istiods and proxies in place of the simulated ones. */
  readonly istio?: IstioBinaries | undefined;
  /** For tests: what else runs in pods. */
  readonly programs?: OtherPrograms;
  /** For tests: in place of free ones. */
  readonly ports?: (count: number) => Promise<readonly number[]>;
}

/**
 * Starts real clusters on loopback, which end surely with this process. Throws LAB_NOT_INSTALLED,
 * LAB_COMPONENT_FAILED, LAB_OBJECT_REFUSED, LAB_PROGRAM_REFUSED, LAB_NOT_READY and the signal's reason; nothing is
 * left running then.
 */
export async function startLab(o: LabOptions): Promise<Lab> {
  // Where one component fails, the others give up at once.
  const giveUp = new AbortController();
  const signal = AbortSignal.any([o.signal, giveUp.signal]);
  const storage = new Processes(o.folder, signal);
  const clusters = new Processes(o.folder, signal);
  const programs = new AllPrograms();
  const failed = Promise.race([storage.failed, clusters.failed, programs.failed]);
  const vaults = makeVaults(profiles(o.clusters, o.settings));
  // An API server whose etcd is gone would wait for it before it ends.
  const stop = (): Promise<void> =>
    endAll([programs, clusters, storage, vaults].map((part) => () => part.stop()));
  const parts = { storage, clusters, programs, vaults, giveUp: (why: unknown) => giveUp.abort(why) };
  const starting = startAll(parts, o);
  try {
    const failing = failed.then((problem) => Promise.reject(problem));
    const logins = await unlessAborted(signal, Promise.race([starting, failing]));
    const admins = logins.map(({ admin }) => admin);
    const kubeconfig = join(o.folder, 'admin.kubeconfig');
    await writeKubeconfig({ file: kubeconfig, clusters: admins });
    const fleetFile = await vaults.writeFleet(
      o.folder,
      logins.map(({ meshturn }) => meshturn),
    );
    return {
      ...{ clusters: admins.map(({ name }) => name), kubeconfig, fleetFile, meshes: programs.meshes },
      ...{ failed, restart: (component) => clusters.restart(component), stop },
    };
  } catch (error) {
    giveUp.abort(error);
    // What it failed by is told before what could not be ended then. Whoever is told may remove the folder at once:
    // nothing writes into it any more.
    await Promise.allSettled([stop(), starting]);
    throw error;
  }
}

interface Parts {
  readonly storage: Processes;
  readonly clusters: Processes;
  readonly programs: AllPrograms;
  readonly vaults: Vaults;
  /** Ends the start of all. */
  readonly giveUp: (why: unknown) => void;
}

async function startAll(
  { storage, clusters, programs, vaults, giveUp }: Parts,
  { folder, installed, programs: others, istio, ports: takePorts = freePorts }: LabOptions,
): Promise<readonly ClusterLogins[]> {
  demandClusters(installed);
  const tls = await writeTls(folder);
  const stages = join(folder, 'stages.yaml');
  await writeStages(stages);
  const etcdFolder = join(folder, 'etcd');
  await mkdir(etcdFolder, { mode: 0o700 });
  const { profiles } = vaults;
  const [port = 0, peerPort = 0, ...ports] = await takePorts(2 + 3 * profiles.length);
  const etcdUrl = `https://localhost:${port}`;
  const etcd = command.etcd(installed, { folder: etcdFolder, port, peerPort, tls: tls.files });
  const [, ...logins] = await together(
    [
      storage.start('etcd', etcd, () => answers(`${etcdUrl}/health`, tls.pem)),
      // An API server waits for etcd by itself.
      ...profiles.map((profile, index) => {
        const [apiPort = 0, kubeletPort = 0, kwokPort = 0] = ports.slice(3 * index);
        return startCluster(installed, clusters, {
          ...{ profile, vault: vaults.of(profile), folder: join(folder, profile.name) },
          ...{ etcdUrl, programs: others, istio, ports: { apiPort, kubeletPort, kwokPort }, tls, stages },
          ...{ giveUp, running: (running) => programs.add(running) },
        });
      }),
    ],
    giveUp,
  );
  return logins;
}
