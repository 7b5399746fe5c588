import { readFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  caFolder,
  discoveryCommand,
  discoveryPorts,
  discoveryVariables,
  isDiscoveryReady,
} from '../../../lab/istio/discovery-command.ts';
import { MountedFolder } from '../../../lab/istio/mounted-folder.ts';
import { Processes } from '../../../lab/processes.ts';
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
  /** Of `pilot-discovery`. */
  readonly binary: string;
  readonly kubeconfig: string;
}

let started = 0;

/**
 * Starts a real istiod outside of its cluster, as a pod of istio-system would be. Throws LAB_COMPONENT_FAILED with its
 * last words where it ends.
 */
export async function startPilot(place: PilotPlace, files: Files, o: RunOptions): Promise<Pilot> {
  const folder = await mkdtemp(join(tmpdir(), 'meshturn-contract-istiod-'));
  const cacerts = new MountedFolder(join(folder, caFolder));
  cacerts.swap(files);
  const ports = discoveryPorts(await freePorts(5));
  started += 1;
  const variables = {
    ...discoveryVariables,
    ...{ POD_NAME: `istiod-${started}`, POD_NAMESPACE: 'istio-system', INJECT_ENABLED: 'false' },
    ...{ ISTIO_MULTIROOT_MESH: String(o.multiRoot ?? true), CLUSTER_ID: 'c1' },
  };
  const args = o.args ?? [];
  const command = [
    ...['sh', '-c', 'cd "$0" && exec env -u KUBERNETES_SERVICE_HOST "$@"', folder],
    ...Object.entries(variables).map(([name, value]) => `${name}=${value}`),
    ...discoveryCommand({ ...place, clusterId: 'c1', ports, args }),
  ];
  const processes = new Processes(folder, new AbortController().signal);
  try {
    await processes.start('istiod', command, () => isDiscoveryReady(ports));
  } catch (error) {
    await processes.stop();
    throw error;
  }
  return {
    port: ports[15012],
    printed: () => readFileSync(join(folder, 'istiod.log'), 'utf8').split('\n').slice(0, -1),
    swap: (next) => cacerts.swap(next),
    stop: () => processes.stop(),
  };
}
