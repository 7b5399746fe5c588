import { existsSync, mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { access, constants, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Processes } from '../../../lab/processes.ts';
import { Problem } from '../../../problems/problem.ts';
import type { Files } from '../../../sim/controllers/file-set.ts';
import { freePorts } from '../../../worker/free-ports.ts';
import type { RunOptions } from './world.ts';

export interface Pilot {
  readonly port: number;
  readonly printed: () => readonly string[];
  readonly swap: (files: Files) => void;
  readonly stop: () => Promise<void>;
}

/** Where an istiod of its own can be told to run. */
export interface PilotPlace {
  /** The folder with `pilot-discovery`. */
  readonly binaries: string;
  readonly kubeconfig: string;
}

let started = 0;

/**
 * Starts a real istiod outside of its cluster, as a pod of istio-system would be. Throws LAB_COMPONENT_FAILED with its
 * last words where it ends, or where there is none.
 */
export async function startPilot(place: PilotPlace, files: Files, o: RunOptions): Promise<Pilot> {
  const binary = join(place.binaries, 'pilot-discovery');
  await access(binary, constants.X_OK).catch((error: unknown) => {
    const found = error instanceof Error ? error.message : 'no such file';
    throw new Problem('LAB_COMPONENT_FAILED', { object: binary, found }, { cause: error });
  });
  const folder = await mkdtemp(join(tmpdir(), 'meshturn-contract-istiod-'));
  const cacerts = join(folder, 'etc/cacerts');
  mkdirSync(cacerts, { recursive: true });
  swapAsKubelet(cacerts, files);
  const ports = await freePorts(5);
  const [http = 0, grpc = 0, secure = 0, https = 0, monitoring = 0] = ports;
  started += 1;
  const variables = {
    ...{ POD_NAME: `istiod-${started}`, POD_NAMESPACE: 'istio-system', PILOT_CERT_PROVIDER: 'istiod' },
    ...{ ISTIO_MULTIROOT_MESH: String(o.multiRoot ?? true), ROOT_CA_DIR: './etc/cacerts', CLUSTER_ID: 'c1' },
    ...{
      INJECT_ENABLED: 'false',
      VALIDATION_WEBHOOK_CONFIG_NAME: '',
      PILOT_ENABLE_METADATA_EXCHANGE: 'false',
    },
  };
  const address = (port: number): string => `127.0.0.1:${port}`;
  const command = [
    ...['sh', '-c', 'cd "$0" && exec env -u KUBERNETES_SERVICE_HOST "$@"', folder],
    ...Object.entries(variables).map(([name, value]) => `${name}=${value}`),
    ...[binary, 'discovery', '--kubeconfig', place.kubeconfig, '--clusterID', 'c1'],
    ...['--httpAddr', address(http), '--grpcAddr', address(grpc), '--secureGRPCAddr', address(secure)],
    ...['--httpsAddr', address(https), '--monitoringAddr', address(monitoring), ...(o.args ?? [])],
  ];
  const processes = new Processes(folder, new AbortController().signal);
  const isReady = async () => (await fetch(`http://${address(http)}/ready`)).status === 200;
  try {
    await processes.start('istiod', command, isReady);
  } catch (error) {
    await processes.stop();
    throw error;
  }
  return {
    port: secure,
    printed: () => readFileSync(join(folder, 'istiod.log'), 'utf8').split('\n').slice(0, -1),
    swap: (next) => swapAsKubelet(cacerts, next),
    stop: () => processes.stop(),
  };
}

let swaps = 0;

/** All files change at once, by the rename of a link that the paths of all go through. */
function swapAsKubelet(folder: string, files: Files): void {
  swaps += 1;
  const data = `..swap-${swaps}`;
  mkdirSync(join(folder, data));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, data, name), text);
  symlinkSync(data, join(folder, '..data_tmp'));
  renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
  for (const name of Object.keys(files)) {
    if (!existsSync(join(folder, name))) symlinkSync(join('..data', name), join(folder, name));
  }
}
