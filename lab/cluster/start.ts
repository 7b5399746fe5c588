import { CoreV1Api } from '@kubernetes/client-node';
import type { KubeconfigCluster } from '../../sim/api/kubeconfig.ts';
import type { ClusterProfile } from '../../sim/demo/profiles.ts';
import { answers } from '../answers.ts';
import type { Installed } from '../installed.ts';
import { startMesh } from '../mesh/start.ts';
import type { Processes } from '../processes.ts';
import * as command from './commands.ts';
import { writeClusterFiles } from './files.ts';
import { configOf, createNodes, hasScheduled, hasServiceAccount, nodesReady } from './proof.ts';

export interface NewCluster {
  readonly profile: ClusterProfile;
  /** Of its own files. */
  readonly folder: string;
  readonly etcdUrl: string;
  readonly apiPort: number;
  readonly kubeletPort: number;
  readonly tls: command.TlsFiles;
  readonly caPem: string;
  readonly stages: string;
}

/**
 * Starts the control plane of one cluster and the kubelet of its nodes, and brings the workloads of the profile there.
 * Resolves with its administrator's login once all of them are ready: then each component does its work.
 */
export async function startCluster(
  installed: Installed,
  processes: Processes,
  o: NewCluster,
): Promise<KubeconfigCluster> {
  const { folder, caPem, profile } = o;
  const { name } = profile;
  const url = `https://localhost:${o.apiPort}`;
  const { files, adminToken, adminKubeconfig } = await writeClusterFiles(folder, { name, url, caPem });
  const place: command.ClusterPlace = { ...o, ...files, name };
  const login = { name, url, caPem, token: adminToken };
  const config = configOf(login);
  const core = config.makeApiClient(CoreV1Api);
  const headers = { authorization: `Bearer ${adminToken}` };
  const start = (title: string, words: readonly string[], isReady: () => Promise<boolean>): Promise<void> =>
    processes.start(`${title} of ${name}`, words, isReady);
  // All of them before the first is started: one that is not installed is told at once.
  const apiServer = command.apiServer(installed, place);
  const controllerManager = command.controllerManager(installed, place);
  const kwok = command.kwok(installed, place);
  const scheduler = command.scheduler(installed, place);
  const by = { kubectl: installed('kubectl'), kubeconfig: adminKubeconfig };

  await start('kube-apiserver', apiServer, () => answers(`${url}/readyz`, { ca: caPem, headers }));
  await createNodes(core, name);
  await Promise.all([
    start('kube-controller-manager', controllerManager, () => hasServiceAccount(core)),
    start('kwok', kwok, () => nodesReady(core)),
    start('kube-scheduler', scheduler, () => hasScheduled(core)),
    startMesh({ ...by, cluster: name, folder, signal: processes.signal }, config, profile),
  ]);
  return login;
}
