import { answers } from '../answers.ts';
import type { Installed } from '../installed.ts';
import type { Processes } from '../processes.ts';
import type { KubeconfigCluster } from '../../sim/api/kubeconfig.ts';
import * as command from './commands.ts';
import { writeClusterFiles } from './files.ts';
import { coreApiOf, createNodes, hasServiceAccount, nodesReady, podIsRun } from './proof.ts';

export interface NewCluster {
  readonly name: string;
  readonly folder: string;
  readonly etcdUrl: string;
  readonly apiPort: number;
  readonly kubeletPort: number;
  readonly tls: command.TlsFiles;
  readonly caPem: string;
  readonly stages: string;
}

/**
 * Starts the control plane of one cluster and the kubelet of its nodes. Resolves with its administrator's login once a
 * pod has been scheduled, given a ServiceAccount and made ready: then each of its components does its work.
 */
export async function startCluster(
  installed: Installed,
  processes: Processes,
  o: NewCluster,
): Promise<KubeconfigCluster> {
  const { name, caPem } = o;
  const url = `https://localhost:${o.apiPort}`;
  const { files, adminToken } = await writeClusterFiles(o.folder, { name, url, caPem });
  const place: command.ClusterPlace = { ...o, ...files };
  const login = { name, url, caPem, token: adminToken };
  const core = coreApiOf(login);
  const headers = { authorization: `Bearer ${adminToken}` };
  const start = (title: string, words: readonly string[], isReady: () => Promise<boolean>): Promise<void> =>
    processes.start(`${title} of ${name}`, words, isReady);
  // All of them before the first is started: one that is not installed is told at once.
  const apiServer = command.apiServer(installed, place);
  const controllerManager = command.controllerManager(installed, place);
  const kwok = command.kwok(installed, place);
  const scheduler = command.scheduler(installed, place);

  await start('kube-apiserver', apiServer, () => answers(`${url}/readyz`, { ca: caPem, headers }));
  await createNodes(core, name);
  await Promise.all([
    start('kube-controller-manager', controllerManager, () => hasServiceAccount(core)),
    start('kwok', kwok, () => nodesReady(core)),
    start('kube-scheduler', scheduler, podIsRun(core)),
  ]);
  return login;
}
