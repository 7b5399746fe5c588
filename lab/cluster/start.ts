import { CoreV1Api } from '@kubernetes/client-node';
import { account } from '../../deploy/roles.ts';
import type { KubeconfigCluster } from '../../sim/api/kubeconfig.ts';
import type { ClusterProfile } from '../../sim/demo/profiles.ts';
import type { ServingTls } from '../../sim/demo/serving-tls.ts';
import type { SimVault } from '../../sim/key-vault/vault.ts';
import { answers } from '../answers.ts';
import { loginAs } from '../api/login.ts';
import type { Installed } from '../installed.ts';
import type { IstioBinaries } from '../istio/binaries.ts';
import { applyKinds, type Applier } from '../mesh/apply.ts';
import { startMesh } from '../mesh/start.ts';
import { startPrograms, type OtherPrograms, type RunningPrograms } from '../pods/programs.ts';
import { account as programsAccount } from '../pods/rights.ts';
import type { Processes } from '../processes.ts';
import { together } from '../together.ts';
import * as command from './commands.ts';
import { writeClusterFiles } from './files.ts';
import { programsSocket } from './programs-socket.ts';
import { configOf, hasScheduled, hasServiceAccount, nodesReady } from './proof.ts';

export interface NewCluster {
  readonly profile: ClusterProfile;
  /** What its istiod signs from. */
  readonly vault: SimVault;
  /** Of its own files. */
  readonly folder: string;
  readonly etcdUrl: string;
  readonly ports: ClusterPorts;
  readonly tls: { readonly files: command.TlsFiles; readonly pem: ServingTls };
  readonly stages: string;
  readonly programs: OtherPrograms | undefined;
  readonly istio: IstioBinaries | undefined;
  /** Called when the programs behind its pods run, so that they are stopped whatever follows. */
  readonly running: (programs: RunningPrograms) => Promise<void>;
  /** Called at the first failure, so that all that is starting gives up. */
  readonly giveUp: (why: unknown) => void;
}

type ClusterPorts = Pick<command.ClusterPlace, 'apiPort' | 'kubeletPort' | 'kwokPort'>;

/** Logins to one cluster. */
export interface ClusterLogins {
  readonly admin: KubeconfigCluster;
  /** Has the rights of `deploy/rbac/`, and no others. */
  readonly meshturn: KubeconfigCluster;
}

/**
 * Starts the control plane of one cluster, the kubelet of its nodes and the programs behind its pods, and brings the
 * workloads of the profile there. Resolves once all of them are ready: then each component does its work.
 */
export async function startCluster(
  installed: Installed,
  processes: Processes,
  o: NewCluster,
): Promise<ClusterLogins> {
  const { folder, profile, ports, vault } = o;
  const { name } = profile;
  const { ca: caPem, cert, key } = o.tls.pem;
  const url = `https://localhost:${ports.apiPort}`;
  const { files, adminToken, adminKubeconfig } = await writeClusterFiles(folder, { name, url, caPem });
  const socket = programsSocket(folder);
  const place: command.ClusterPlace = {
    ...{ name, etcdUrl: o.etcdUrl, tls: o.tls.files, stages: o.stages, programs: socket },
    ...{ ...ports, ...files },
  };
  const admin = { name, url, caPem, token: adminToken };
  const config = configOf(admin);
  const core = config.makeApiClient(CoreV1Api);
  const headers = { authorization: `Bearer ${adminToken}` };
  const start = (title: string, words: readonly string[], isReady: () => Promise<boolean>): Promise<void> =>
    processes.start(`${title} of ${name}`, words, isReady);
  const apiServer = command.apiServer(installed, place);
  const controllerManager = command.controllerManager(installed, place);
  const kwok = command.kwok(installed, place);
  const kubelet = command.kubelet(installed, place);
  const scheduler = command.scheduler(installed, place);
  const applier: Applier = {
    ...{ cluster: name, kubectl: installed('kubectl'), kubeconfig: adminKubeconfig },
    ...{ folder, signal: processes.signal },
  };

  await start('kube-apiserver', apiServer, () => answers(`${url}/readyz`, { ca: caPem, headers }));
  const kubeletUrl = `https://localhost:${ports.kubeletPort}/healthz`;
  await together(
    [
      start('kube-controller-manager', controllerManager, () => hasServiceAccount(core)),
      start('kwok', kwok, () => nodesReady(core, name)),
      start('kubelet', kubelet, () => answers(kubeletUrl, { ca: caPem, cert, key })),
      start('kube-scheduler', scheduler, () => hasScheduled(core)),
      (async () => {
        await applyKinds(applier);
        const own = await loginAs(programsAccount, admin, processes.signal);
        await o.running(
          await startPrograms({
            profile,
            vault,
            login: own,
            folder,
            socket,
            programs: o.programs,
            istio: o.istio,
            signal: processes.signal,
          }),
        );
        await startMesh(applier, config, profile);
      })(),
    ],
    o.giveUp,
  );
  return { admin, meshturn: await loginAs(account, admin, processes.signal) };
}
