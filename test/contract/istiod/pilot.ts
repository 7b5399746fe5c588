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
import { TiedProgram } from '../../../lab/istio/tied-program.ts';
import type { Files } from '../../../sim/controllers/file-set.ts';
import { freePorts } from '../../../worker/free-ports.ts';
import { endOf } from '../../../worker/last-lines.ts';
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
 * Starts a real istiod outside of its cluster, as a pod of istio-system would be. Throws with its last words where it
 * ends.
 */
export async function startPilot(place: PilotPlace, files: Files, o: RunOptions): Promise<Pilot> {
  const folder = await mkdtemp(join(tmpdir(), 'meshturn-contract-istiod-'));
  const cacerts = new MountedFolder(join(folder, caFolder));
  cacerts.swap(files);
  const ports = discoveryPorts(await freePorts(5));
  started += 1;
  const program = new TiedProgram();
  const printed = (): readonly string[] => program.log.lines.map(({ text }) => text);
  const starting = program.start(
    Promise.resolve({
      folder,
      command: discoveryCommand({ ...place, clusterId: 'c1', ports, args: o.args ?? [] }),
      variables: {
        ...discoveryVariables,
        ...{ POD_NAME: `istiod-${started}`, POD_NAMESPACE: 'istio-system', INJECT_ENABLED: 'false' },
        ...{ ISTIO_MULTIROOT_MESH: String(o.multiRoot ?? true), CLUSTER_ID: 'c1' },
      },
      isReady: () => isDiscoveryReady(ports),
    }),
  );
  await starting.catch(async (cause: unknown) => {
    await program.stop();
    throw new Error(endOf(printed().join('\n')), { cause });
  });
  return {
    ...{ port: ports[15012], printed },
    swap: (next) => cacerts.swap(next),
    stop: () => program.stop(),
  };
}
