import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { KubeconfigCluster } from '../../sim/api/kubeconfig.ts';
import { Kubelet } from '../../sim/controllers/kubelet.ts';
import { csiMounter } from '../../sim/csi/mounter.ts';
import { trustDomain, type ClusterProfile } from '../../sim/demo/profiles.ts';
import type { SimVault } from '../../sim/key-vault/vault.ts';
import { MeshPrograms } from '../../sim/mesh-programs.ts';
import type { ProbedMesh } from '../../sim/prober/prober.ts';
import type { Program, ProgramFactory } from '../../sim/world.ts';
import { Problem } from '../../problems/problem.ts';
import { endAll } from '../../worker/end-all.ts';
import { unlessAborted } from '../../worker/unless-aborted.ts';
import { asError } from '../as-error.ts';
import { ApiClient } from '../api/client.ts';
import { LiveStore } from '../api/live-store.ts';
import { LiveTokens } from '../api/tokens.ts';
import { KubeletAnswers } from './kubelet-answers.ts';
import { PodLogs } from './pod-logs.ts';
import type { IstioBinaries } from '../istio/binaries.ts';
import { startRealIstio } from '../istio/factories.ts';
import { watched } from './rights.ts';

export interface ProgramsOptions {
  readonly profile: ClusterProfile;
  readonly vault: SimVault;
  /** Of the programs' own account. */
  readonly login: KubeconfigCluster;
  /** Where logs go, the pods' and their own. */
  readonly folder: string;
  /** Where the kubelet's server asks. */
  readonly socket: string;
  readonly programs?: OtherPrograms | undefined;
  /** Of real istiods and proxies; left out, they are the simulated ones. */
  readonly istio?: IstioBinaries | undefined;
  /** Aborted where the start of the lab is called off. */
  readonly signal: AbortSignal;
}

/** What a pod runs that is none of a mesh; undefined for all others. */
export type OtherPrograms = (...of: Parameters<ProgramFactory>) => Program | undefined;

/** What runs behind the pods of one cluster: kubelet, CSI driver, istiods, proxies, validators. */
export interface RunningPrograms {
  readonly mesh: ProbedMesh;
  /** Settles with why they cannot go on. */
  readonly failed: Promise<Error>;
  readonly stop: () => Promise<void>;
}

/** Takes up every pod that has a node. Throws LAB_PROGRAM_REFUSED, and the signal's reason. */
export async function startPrograms({
  profile,
  vault,
  login,
  folder,
  socket,
  programs: others,
  istio,
  signal,
}: ProgramsOptions): Promise<RunningPrograms> {
  const { name, settings } = profile;
  const end = new AbortController();
  const broken = Promise.withResolvers<Error>();
  const fail = (error: unknown): void => broken.resolve(whyBroken(name, error));
  const api = new ApiClient(login);
  const logFile = join(folder, 'programs.log');
  const tell = (line: string): void => {
    appendFile(logFile, `${new Date().toISOString()} ${line}\n`, { mode: 0o600 }).catch(fail);
  };
  const store = new LiveStore(api, watched, tell);
  const tokens = new LiveTokens(api, end.signal);
  const podFolder = join(folder, 'pods');
  await mkdir(podFolder, { mode: 0o700 });
  const logs = new PodLogs(podFolder, fail);
  const kubelet = new Kubelet({
    ...{ cluster: name, store, tokens, settings },
    programs: (pod, volumes) => {
      const program = programFor(pod, volumes);
      logs.begin(pod, program.log);
      return program;
    },
    mounters: { csi: csiMounter({ vaults: [vault], settings, store: () => store }) },
  });
  const real =
    istio &&
    (await startRealIstio({
      ...{ binaries: istio, cluster: name, trustDomain, login, tokens, folder, podDrain: settings.podDrain },
      istiods: () => programs.istiods(),
    }));
  const programs: MeshPrograms = new MeshPrograms({
    ...{ name, trustDomain, settings, store, tokens },
    programOf: (namespace, pod) => kubelet.runningProgram(namespace, pod),
    factories: real?.factories,
  });
  // Here it is chosen what a pod runs.
  const programFor: ProgramFactory = (pod, volumes) =>
    others?.(pod, volumes) ?? programs.programFor(pod, volumes);
  store.watch('pods', ({ type, object }) => {
    if (type === 'DELETED') logs.remove(object);
  });
  const failed = Promise.race([store.failed, broken.promise]);
  const listening = new KubeletAnswers(kubelet, logs).listen(socket);
  const silence = await listening.catch(async (error: unknown) => {
    await real?.stop();
    throw error;
  });
  const stop = async (): Promise<void> => {
    programs.stop();
    const stopStore = (): Promise<void> => {
      end.abort();
      return store.stop();
    };
    const parts = [silence, () => kubelet.stop(), () => Promise.resolve(real?.stop()), stopStore];
    await endAll(parts).finally(() => api.close());
  };
  try {
    await unlessAborted(signal, store.start());
  } catch (error) {
    await stop();
    throw error;
  }
  kubelet.start();
  return {
    mesh: {
      ...{ cluster: { name }, trustDomain },
      proxies: () => programs.proxies(),
      istiods: () => programs.istiods(),
    },
    ...{ failed, stop },
  };
}

/** What the system refuses, on a full disk for example, with whose programs they are; anything else as it was thrown. */
function whyBroken(cluster: string, thrown: unknown): Error {
  const error = asError(thrown);
  if (!('syscall' in error)) return error;
  const details = { object: `programs of ${cluster}`, found: error.message };
  return new Problem('LAB_COMPONENT_FAILED', details, { cause: error });
}
