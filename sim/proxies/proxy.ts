import { setTimeout as delay } from 'node:timers/promises';
import { containerOf } from '../container-of.ts';
import { IstiodLog } from '../istiod/log.ts';
import type { LoopbackServer } from '../loopback.ts';
import { notListening } from '../refusals.ts';
import type { KubeObject, Program, SimSettings, Volumes } from '../world.ts';
import { type AdminView, openAdminPort, pilotAgent } from './admin.ts';
import { Agent } from './agent.ts';
import type { IstiodEndpoint } from './ca-client.ts';
import type { ProxyFaults } from './faults.ts';
import type { WorkloadIdentity } from './identity.ts';
import { EnvoySecrets } from './secrets.ts';
import type { Workload } from './workload.ts';
import { openWorkloadListener, type WorkloadListener } from './workload-listener.ts';

/** What a proxy needs of its cluster. */
export interface ProxyWorld {
  readonly settings: SimSettings;
  readonly trustDomain: string;
  readonly istiods: () => readonly IstiodEndpoint[];
  readonly random: () => number;
  readonly faults?: ProxyFaults;
}

/** The program of a workload pod: pilot-agent and Envoy. Ready once it has a certificate. */
export class Proxy implements Program, Workload {
  readonly log = new IstiodLog();
  readonly ready: Promise<void>;
  /** Only a crash ends it before it is told to. */
  readonly finished: Promise<number>;
  readonly #world: ProxyWorld;
  readonly #volumes: Volumes;
  readonly #agent: Agent;
  readonly #view: AdminView;
  readonly #ports = new Map<number, LoopbackServer>();
  readonly #pod: string;
  readonly #unheed: () => void;
  readonly #opening = Promise.withResolvers<undefined>();
  #identity: WorkloadIdentity | undefined;
  #listener: WorkloadListener | undefined;
  #stopping: Promise<void> | undefined;

  constructor(world: ProxyWorld, pod: KubeObject, volumes: Volumes) {
    this.#world = world;
    this.#volumes = volumes;
    const { trustDomain, settings, istiods, random } = world;
    const { serviceAccount, env } = containerOf(pod, 'istio-proxy');
    this.#view = { secrets: new EnvoySecrets(), identity: () => this.#identity };
    this.#agent = new Agent({
      spiffeId: `spiffe://${trustDomain}/ns/${pod.metadata.namespace ?? 'default'}/sa/${serviceAccount}`,
      ttl: ttlIn(env) ?? settings.leafTtl,
      gracePeriodRatio: settings.gracePeriodRatio,
      ...{ istiods, random, volumes, log: this.log },
      onIdentity: (identity) => void this.#use(identity),
    });
    this.#pod = `${pod.metadata.namespace ?? ''}/${pod.metadata.name}`;
    const { promise, resolve } = Promise.withResolvers<number>();
    this.finished = promise;
    const heed = (): void => {
      if (this.#isCrashing()) resolve(1);
    };
    this.#unheed = world.faults?.onSet(heed) ?? (() => undefined);
    this.ready = this.#start();
    this.ready.catch(() => undefined);
  }

  get identity(): WorkloadIdentity | undefined {
    return this.#identity;
  }

  get workloadPort(): number | undefined {
    return this.#stopping === undefined || this.#ports.has(15006) ? this.#listener?.port : undefined;
  }

  get istiodRoots(): string | undefined {
    return this.#volumes['istiod-ca-cert']?.read('root-cert.pem');
  }

  takeRefusal(clientPort: number): string | undefined {
    return this.#listener?.takeRefusal(clientPort);
  }

  exec(argv: readonly string[]): Promise<{ stdout: string; stderr: string; exitCode: number }> {
    return Promise.resolve(pilotAgent(this.#view, argv));
  }

  loopbackPort(port: number): Promise<number> {
    const server = this.#ports.get(port);
    if (server !== undefined) return Promise.resolve(server.port);
    return Promise.reject(notListening(port));
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  #isCrashing(): boolean {
    return this.#world.faults?.isCrashing(this.#pod) ?? false;
  }

  async #start(): Promise<void> {
    if (this.#isCrashing()) throw new Error('Envoy exited with status 1');
    this.#ports.set(15000, await openAdminPort(this.#view));
    this.#agent.start();
    await this.#opening.promise;
    this.log.info('Readiness succeeded');
  }

  async #use(identity: WorkloadIdentity): Promise<void> {
    this.#identity = identity;
    this.#view.secrets.push(identity);
    if (this.#listener !== undefined) {
      this.#listener.use(identity);
      return;
    }
    try {
      this.#listener = await openWorkloadListener(identity, this.#world.trustDomain);
      this.#ports.set(15006, this.#listener);
      this.#opening.resolve(undefined);
    } catch (error) {
      this.#opening.reject(error);
    }
  }

  async #stop(): Promise<void> {
    this.#unheed();
    if (this.#listener !== undefined) await delay(this.#world.settings.podDrain);
    this.#agent.stop();
    await Promise.all([...this.#ports.values()].map((server) => server.close()));
    this.#ports.clear();
  }
}

/** SECRET_TTL in milliseconds; undefined where it is not set, or not in whole seconds, minutes or hours. */
function ttlIn(env: ReadonlyMap<string, string>): number | undefined {
  const asked = env.get('SECRET_TTL') ?? '';
  const [, count, unit] = /^(\d+)([smh])$/.exec(asked) ?? [];
  const milliseconds = { s: 1_000, m: 60_000, h: 3_600_000 }[unit ?? ''];
  return milliseconds === undefined ? undefined : Number(count) * milliseconds;
}
