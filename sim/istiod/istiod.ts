import { setTimeout as delay } from 'node:timers/promises';
import type { LoopbackServer } from '../loopback.ts';
import { notInImage, notListening } from '../refusals.ts';
import type {
  KubeObject,
  MountedFiles,
  ObjectStore,
  Program,
  SimSettings,
  Tokens,
  Volumes,
} from '../world.ts';
import { startCa } from './start-ca.ts';
import type { IstiodFaults, IstiodFault } from './faults.ts';
import { becomeLeader } from './leader.ts';
import { IstiodLog } from './log.ts';
import { openMetricsPort } from './metrics.ts';
import { istiodOptions, type IstiodOptions } from './options.ts';
import { keepRootConfigMaps } from './root-config-maps.ts';
import { openSecurePort } from './secure-port.ts';
import { keepWebhookBundle } from './webhooks.ts';

/** What an istiod needs of its cluster. */
export interface IstiodWorld {
  readonly store: ObjectStore;
  readonly tokens: Tokens;
  readonly settings: SimSettings;
  readonly trustDomain: string;
  readonly clusterId: string;
  readonly faults?: IstiodFaults;
}

/** The program of an istiod pod. Its volume `cacerts` is ROOT_CA_DIR. */
export class Istiod implements Program {
  readonly log: IstiodLog;
  readonly ready: Promise<void>;
  /** Only a crash ends it before it is told to. */
  readonly finished: Promise<number>;
  readonly #world: IstiodWorld;
  readonly #options: IstiodOptions;
  readonly #ports = new Map<number, LoopbackServer>();
  readonly #stops: (() => void)[] = [];
  #stopped = false;

  constructor(world: IstiodWorld, pod: KubeObject, volumes: Volumes) {
    this.#world = world;
    this.#options = istiodOptions(pod);
    this.log = new IstiodLog({ json: this.#options.logAsJson, ahead: () => this.#ahead() });
    const { promise, resolve } = Promise.withResolvers<number>();
    this.finished = promise;
    const crash = (): void => {
      if (this.#isCrashing()) resolve(1);
    };
    this.#stops.push(world.faults?.onSet(crash) ?? (() => undefined));
    this.ready = this.#start(volumes['cacerts']);
    // Kubelet looks at `ready` as well; a failed start must not end the process before it has.
    this.ready.catch(() => undefined);
  }

  /** The loopback port behind 15012; undefined until it listens. */
  get securePort(): number | undefined {
    return this.#ports.get(15012)?.port;
  }

  /** The name in its serving certificate. */
  get host(): string {
    return this.#options.host;
  }

  exec(argv: readonly string[]): ReturnType<Program['exec']> {
    return Promise.resolve(notInImage(argv[0]));
  }

  loopbackPort(port: number): Promise<number> {
    const server = this.#ports.get(port);
    if (server !== undefined) return Promise.resolve(server.port);
    return Promise.reject(notListening(port));
  }

  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    for (const stop of this.#stops) stop();
    if (this.#ports.size > 0) await delay(this.#world.settings.podDrain);
    await Promise.all([...this.#ports.values()].map((server) => server.close()));
    this.#ports.clear();
  }

  #fault(): IstiodFault {
    return this.#world.faults?.of(this.#options.pod) ?? {};
  }

  #isCrashing(): boolean {
    const { crashes = false, onStrike } = this.#fault();
    if (crashes) onStrike?.();
    return crashes;
  }

  #ahead(): number {
    return this.#fault().clockAhead ?? 0;
  }

  #now(): Date {
    const { clockAhead = 0, onStrike } = this.#fault();
    if (clockAhead !== 0) onStrike?.();
    return new Date(Date.now() + clockAhead);
  }

  #reload(ca: ReturnType<typeof startCa>['ca'], files: MountedFiles): void {
    const { deaf = false, refuses, onStrike } = this.#fault();
    if (deaf || refuses !== undefined) onStrike?.();
    if (!deaf) ca.reload(files, refuses);
  }

  async #start(cacerts: MountedFiles | undefined): Promise<void> {
    const { store, tokens, settings, trustDomain, clusterId } = this.#world;
    const { namespace, revision, pod } = this.#options;
    const log = this.log;
    if (this.#isCrashing()) throw new Error('panic: runtime error: invalid memory address');
    const { ca, pluggedIn } = this.#startCa(cacerts);
    const rootPem = (): string => ca.current.rootPem;
    // A self-signed istiod has no watcher: a set created later needs a restart.
    if (pluggedIn && cacerts !== undefined) this.#watch(cacerts, () => this.#reload(ca, cacerts));
    log.info('initializing secure discovery service');
    log.info('initializing CA server with IstioD CA');
    log.info(`Starting Istiod Server with primary cluster ${clusterId}`);
    const secure = await openSecurePort({
      ca,
      tokens,
      trustDomain,
      leafTtl: settings.leafTtl,
      now: () => this.#now(),
    });
    this.#ports.set(15012, secure);
    this.#ports.set(15014, await openMetricsPort(ca, secure.service.counts));
    log.info('starting CA server');
    log.info('Istiod CA has started');
    if (this.#stopped) {
      await Promise.all([...this.#ports.values()].map((server) => server.close()));
      return;
    }
    const webhook = keepWebhookBundle({ store, revision, rootPem });
    this.#stops.push(webhook.stop);
    const configMaps = this.#lead(namespace, pod, rootPem);
    ca.onReload(() => {
      webhook.patch();
      configMaps.writeAll();
    });
    log.info('starting secure gRPC discovery service at [::]:15012');
  }

  #startCa(files: MountedFiles | undefined): ReturnType<typeof startCa> {
    const { store, trustDomain } = this.#world;
    try {
      const now = () => this.#now();
      return startCa({ log: this.log, options: this.#options, files, store, trustDomain, now });
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'unknown error';
      this.log.error(`failed to create discovery service: ${reason}`);
      throw error;
    }
  }

  /** Acts so long after the first of the events, whatever follows; the real one's timer does the same. */
  #watch(files: MountedFiles, reload: () => void): void {
    let timer: NodeJS.Timeout | undefined;
    const unwatch = files.onChange(() => {
      timer ??= setTimeout(() => {
        timer = undefined;
        reload();
      }, this.#world.settings.reloadDebounce);
    });
    this.#stops.push(() => {
      unwatch();
      clearTimeout(timer);
    });
  }

  #lead(namespace: string, pod: string, rootPem: () => string): { readonly writeAll: () => void } {
    const { store, clusterId } = this.#world;
    let writer: ReturnType<typeof keepRootConfigMaps> | undefined;
    this.log.info(
      `joining leader-election for istio-namespace-controller-election in ${namespace} on cluster ${clusterId}`,
      'kube',
    );
    const resign = becomeLeader({
      ...{ store, log: this.log, namespace, pod },
      onElected: () => {
        this.log.info(`starting namespace controller for cluster ${clusterId}`, 'kube');
        writer = keepRootConfigMaps(store, rootPem);
      },
    });
    this.#stops.push(() => {
      writer?.stop();
      resign();
    });
    return { writeAll: () => writer?.writeAll() };
  }
}
