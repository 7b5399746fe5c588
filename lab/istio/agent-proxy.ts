import { copyFile, mkdir, mkdtemp } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { istioNamespace } from '../../sim/demo/istio-objects.ts';
import type { ProxyProgram } from '../../sim/mesh-programs.ts';
import type { WorkloadIdentity } from '../../sim/proxies/identity.ts';
import { openWorkloadListener, type WorkloadListener } from '../../sim/proxies/workload-listener.ts';
import type { ContainerLog, KubeObject, Program, Volumes } from '../../sim/world.ts';
import { notInImage } from '../../sim/refusals.ts';
import { freePorts } from '../../worker/free-ports.ts';
import { agentPaths, type AgentPorts, agentPorts, agentVariables } from './agent-command.ts';
import { MountedFolder } from './mounted-folder.ts';
import { followOutput } from './output-certs.ts';
import { podPlace, portBehind } from './pod-place.ts';
import { type Started, TiedProgram } from './tied-program.ts';

/** What an agent needs of the cluster that it is in a pod of. */
export interface AgentPlace {
  readonly binary: string;
  readonly envoy: string;
  /** The template of Envoy's configuration. */
  readonly bootstrap: string;
  /** Where it makes a folder of its own. */
  readonly folder: string;
  readonly cluster: string;
  readonly trustDomain: string;
  /** The port of istiod's Service. */
  readonly istiodPort: number;
  /** Milliseconds for which a proxy that is told to end serves on. */
  readonly podDrain: number;
}

/**
 * The program of a pod with a proxy: a real pilot-agent with its Envoy. Workloads of other pods are met by a listener
 * beside it, with what the agent gave to Envoy: all Envoys of one machine would listen on one port 15006.
 */
export class AgentProxy implements ProxyProgram {
  readonly ready: Promise<void>;
  readonly #place: AgentPlace;
  readonly #program = new TiedProgram();
  readonly #volumes: Volumes;
  readonly #stops: (() => void)[] = [];
  readonly #opened = Promise.withResolvers<undefined>();
  #ports: AgentPorts | undefined;
  #identity: WorkloadIdentity | undefined;
  #listener: Promise<WorkloadListener> | undefined;
  #workload: WorkloadListener | undefined;
  #stopping: Promise<void> | undefined;

  constructor(place: AgentPlace, pod: KubeObject, volumes: Volumes) {
    this.#place = place;
    this.#volumes = volumes;
    this.ready = this.#program.start(this.#prepare(pod)).then(() => this.#opened.promise);
    // Kubelet looks at `ready` as well; a failed start must not end the process before it has.
    this.ready.catch(() => undefined);
    this.#opened.promise.catch(() => undefined);
  }

  get log(): ContainerLog {
    return this.#program.log;
  }

  get finished(): Promise<number> {
    return this.#program.finished;
  }

  get identity(): WorkloadIdentity | undefined {
    return this.#identity;
  }

  get workloadPort(): number | undefined {
    return this.#workload?.port;
  }

  get istiodRoots(): string | undefined {
    return this.#volumes['istiod-ca-cert']?.read('root-cert.pem');
  }

  takeRefusal(clientPort: number): string | undefined {
    return this.#workload?.takeRefusal(clientPort);
  }

  /**
   * `pilot-agent request GET PATH`, as the agent does it: that itself asks at port 15000 only, and all Envoys of one
   * machine cannot have that.
   */
  async exec([program, command, method, path = '']: readonly string[]): ReturnType<Program['exec']> {
    const port = this.#ports?.[15000];
    if (program !== 'pilot-agent' || command !== 'request' || method !== 'GET' || port === undefined) {
      return notInImage(program);
    }
    const answer = await fetch(new URL(path, `http://127.0.0.1:${port}`));
    const body = await answer.text();
    if (answer.ok) return { stdout: body, stderr: '', exitCode: 0 };
    const stderr = `Error: received unsuccessful status code ${answer.status}: ${body}\n`;
    return { stdout: '', stderr, exitCode: 255 };
  }

  loopbackPort(port: number): Promise<number> {
    return portBehind(this.#ports, port);
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #prepare(pod: KubeObject): Promise<Started> {
    const { binary, envoy, bootstrap, cluster, trustDomain, istiodPort, podDrain } = this.#place;
    const place = podPlace(pod, 'istio-proxy');
    // One for each run: what the run before has left is none of it.
    const folder = await mkdtemp(join(this.#place.folder, place.folder));
    const template = join(folder, agentPaths.bootstrap);
    await mkdir(dirname(template), { recursive: true, mode: 0o700 });
    await copyFile(bootstrap, template);
    // What begins now ends with its stop, which must not have been.
    if (this.#stopping !== undefined) throw new Error('stopped');
    this.#follow(folder, agentPaths.token, 'istio-token', 'istio-token');
    this.#follow(folder, agentPaths.roots, 'istiod-ca-cert', 'root-cert.pem');
    const use = (identity: WorkloadIdentity): void => {
      this.#use(identity).then(
        () => this.#opened.resolve(undefined),
        (error: unknown) => this.#fail(error),
      );
    };
    this.#stops.push(followOutput(join(folder, agentPaths.certs), use));
    const ports = agentPorts(await freePorts(4));
    this.#ports = ports;
    const revision = place.labels['istio.io/rev'] ?? 'default';
    const istiod = { port: istiodPort, host: `istiod-${revision}.${istioNamespace}.svc` };
    return {
      folder,
      command: [binary, ...place.args, '--proxyLogLevel', 'warning'],
      variables: agentVariables(place, { cluster, trustDomain, envoy, ports, istiod, drain: podDrain }),
      isReady: async () =>
        this.#identity !== undefined &&
        (await fetch(`http://127.0.0.1:${ports[15000]}/ready`)).status === 200,
    };
  }

  #follow(folder: string, path: string, volume: string, file: string): void {
    const mounted = this.#volumes[volume];
    if (mounted === undefined) throw new Error(`no volume ${volume}`);
    this.#stops.push(
      new MountedFolder(join(folder, path)).follow(mounted, [file], (error) => this.#fail(error)),
    );
  }

  async #use(identity: WorkloadIdentity): Promise<void> {
    this.#identity = identity;
    this.#listener ??= openWorkloadListener(identity, this.#place.trustDomain);
    const listener = await this.#listener;
    if (this.#stopping === undefined) this.#workload ??= listener;
    listener.use(identity);
  }

  /** One that cannot be given what is new, or show what it holds, would go on with what it had: it crashes. */
  #fail(error: unknown): void {
    this.#opened.reject(error);
    this.#program.crash(error);
  }

  async #stop(): Promise<void> {
    const ended = this.#program.stop();
    if (this.#listener !== undefined) await delay(this.#place.podDrain);
    for (const stop of this.#stops) stop();
    this.#workload = undefined;
    // One that could not be opened has been told.
    await this.#listener?.then(
      (listener) => listener.close(),
      () => undefined,
    );
    await ended;
  }
}
