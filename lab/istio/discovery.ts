import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type KubeconfigCluster, writeKubeconfig } from '../../sim/api/kubeconfig.ts';
import { istiodOptions } from '../../sim/istiod/options.ts';
import type { IstiodProgram } from '../../sim/mesh-programs.ts';
import type { ContainerLog, KubeObject, Program, Tokens, Volumes } from '../../sim/world.ts';
import { notInImage } from '../../sim/refusals.ts';
import { freePorts } from '../../worker/free-ports.ts';
import { loginBy } from '../api/login.ts';
import {
  caFiles,
  caFolder,
  discoveryCommand,
  type DiscoveryPorts,
  discoveryPorts,
  discoveryVariables,
  isDiscoveryReady,
} from './discovery-command.ts';
import { MountedFolder } from './mounted-folder.ts';
import { podPlace, portBehind } from './pod-place.ts';
import { type Started, TiedProgram } from './tied-program.ts';

/** What an istiod needs of the cluster that it is a pod of. */
export interface DiscoveryPlace {
  readonly binary: string;
  /** Where it makes a folder of its own. */
  readonly folder: string;
  /** To the cluster, whoever's; istiod logs in as the ServiceAccount of its pod. */
  readonly login: KubeconfigCluster;
  readonly tokens: Tokens;
}

/** Nothing is injected, but with a template istiod keeps the CA of its webhook up to date. */
const injection = { config: 'policy: disabled\ntemplates: {}\n', values: '{"global":{}}\n' };

/** The program of an istiod pod: a real one, which runs outside of its cluster. */
export class Discovery implements IstiodProgram {
  readonly ready: Promise<void>;
  readonly host: string;
  readonly #place: DiscoveryPlace;
  readonly #program = new TiedProgram();
  #ports: DiscoveryPorts | undefined;
  #stopped = false;
  #unfollow: (() => void) | undefined;

  constructor(place: DiscoveryPlace, pod: KubeObject, volumes: Volumes) {
    this.#place = place;
    this.host = istiodOptions(pod).host;
    this.ready = this.#program.start(this.#prepare(pod, volumes));
    // Kubelet looks at `ready` as well; a failed start must not end the process before it has.
    this.ready.catch(() => undefined);
  }

  get log(): ContainerLog {
    return this.#program.log;
  }

  get finished(): Promise<number> {
    return this.#program.finished;
  }

  get securePort(): number | undefined {
    return this.#ports?.[15012];
  }

  exec(argv: readonly string[]): ReturnType<Program['exec']> {
    return Promise.resolve(notInImage(argv[0]));
  }

  loopbackPort(port: number): Promise<number> {
    return portBehind(this.#ports, port);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#unfollow?.();
    await this.#program.stop();
  }

  async #prepare(pod: KubeObject, { cacerts }: Volumes): Promise<Started> {
    const { binary, login, tokens, folder: parent } = this.#place;
    const { folder: own, namespace, serviceAccount, args, variables } = podPlace(pod, 'discovery');
    // One for each run: what the run before has left is none of it.
    const folder = await mkdtemp(join(parent, own));
    const templates = join(folder, 'var/lib/istio/inject');
    await mkdir(templates, { recursive: true, mode: 0o700 });
    for (const [name, text] of Object.entries(injection)) await writeFile(join(templates, name), text);
    const kubeconfig = join(folder, 'kubeconfig');
    const account = { namespace, name: serviceAccount };
    await writeKubeconfig({ file: kubeconfig, clusters: [await loginBy(tokens, account, login)] });
    // What is followed from now on is let go by its stop, which must not have been.
    if (this.#stopped) throw new Error('stopped');
    if (cacerts !== undefined) {
      const crash = (error: unknown): void => this.#program.crash(error);
      this.#unfollow = new MountedFolder(join(folder, caFolder)).follow(cacerts, caFiles, crash);
    }
    const ports = discoveryPorts(await freePorts(5));
    this.#ports = ports;
    return {
      folder,
      command: discoveryCommand({ binary, kubeconfig, clusterId: login.name, ports, args: args.slice(1) }),
      variables: { ...discoveryVariables, ...variables, CLUSTER_ID: login.name },
      isReady: () => isDiscoveryReady(ports),
    };
  }
}
