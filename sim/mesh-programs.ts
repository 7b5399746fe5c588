import { z } from 'zod';
import { seededRandom } from './controllers/random.ts';
import { Idle } from './idle.ts';
import type { IstiodFaults } from './istiod/faults.ts';
import { Istiod } from './istiod/istiod.ts';
import { Validator } from './istiod/validator.ts';
import type { IstiodEndpoint } from './proxies/ca-client.ts';
import type { ProxyFaults } from './proxies/faults.ts';
import { Proxy } from './proxies/proxy.ts';
import type { Workload } from './proxies/workload.ts';
import { ReadyPods } from './ready-pods.ts';
import type {
  KubeObject,
  ObjectStore,
  Program,
  ProgramFactory,
  SimSettings,
  Tokens,
  Volumes,
} from './world.ts';

/** A ready proxy, and how to ask whether it still is. */
export interface ReadyProxy {
  readonly cluster: string;
  /** `payments/ledger-5d9f-x2x` */
  readonly pod: string;
  readonly proxy: Workload;
  stillReady(): boolean;
}

export interface ReadyIstiod extends IstiodEndpoint {
  readonly cluster: string;
  stillReady(): boolean;
}

/** The program of an istiod pod. */
export interface IstiodProgram extends Program {
  /** The loopback port behind 15012; undefined until it listens. */
  readonly securePort: number | undefined;
  /** The name in its serving certificate. */
  readonly host: string;
}

/** The program of a pod with a proxy. */
export type ProxyProgram = Program & Workload;

/** How the programs of pods are made, where they are not the simulated ones. */
export interface MeshProgramFactories {
  readonly istiod: (pod: KubeObject, volumes: Volumes) => IstiodProgram;
  readonly proxy: (pod: KubeObject, volumes: Volumes) => ProxyProgram;
}

/** The cluster that the programs of a mesh run in. */
export interface MeshWorld {
  readonly name: string;
  readonly trustDomain: string;
  readonly settings: SimSettings;
  readonly store: ObjectStore;
  readonly tokens: Tokens;
  /** The program that runs in a pod; undefined where none does. */
  programOf(namespace: string, pod: string): Program | undefined;
  readonly istiodFaults?: IstiodFaults;
  readonly proxyFaults?: ProxyFaults;
  readonly factories?: MeshProgramFactories | undefined;
}

const podShape = z.looseObject({
  spec: z.looseObject({
    containers: z.array(z.looseObject({ name: z.string() })),
    initContainers: z.array(z.looseObject({ name: z.string() })).default([]),
  }),
});

/** The istiods, proxies and validators of one cluster. */
export class MeshPrograms {
  readonly #world: MeshWorld;
  readonly #random: () => number;
  readonly #ready: ReadyPods;
  readonly #factories: MeshProgramFactories;
  readonly #istiods = new WeakMap<Program, IstiodProgram>();
  readonly #proxies = new WeakMap<Program, ProxyProgram>();

  constructor(world: MeshWorld) {
    this.#world = world;
    this.#random = seededRandom(world.settings.seed);
    this.#ready = new ReadyPods(world.store);
    this.#factories = world.factories ?? this.#simulated();
  }

  /** Which program a pod runs is told by the names of its containers. */
  readonly programFor: ProgramFactory = (pod, volumes) => {
    const { containers, initContainers } = podShape.parse(pod).spec;
    const names = new Set([...containers, ...initContainers].map(({ name }) => name));
    if (names.has('discovery')) return noted(this.#istiods, this.#factories.istiod(pod, volumes));
    if (names.has('istio-proxy')) return noted(this.#proxies, this.#factories.proxy(pod, volumes));
    return names.has('istio-cert-validator') ? new Validator(this.#world.store, pod) : new Idle();
  };

  /** Those that are ready. */
  proxies(): readonly ReadyProxy[] {
    return this.#running(this.#proxies).map(({ pod, program }) => ({
      ...{ cluster: this.#world.name, pod: `${pod.metadata.namespace ?? ''}/${pod.metadata.name}` },
      ...{ proxy: program, stillReady: () => this.#ready.has(pod.metadata.uid) },
    }));
  }

  /** Those that are ready. */
  istiods(): readonly ReadyIstiod[] {
    return this.#running(this.#istiods).flatMap(({ pod, program: { securePort, host } }) => {
      if (securePort === undefined) return [];
      const stillReady = (): boolean => this.#ready.has(pod.metadata.uid);
      return [{ cluster: this.#world.name, pod: pod.metadata.name, host, port: securePort, stillReady }];
    });
  }

  stop(): void {
    this.#ready.stop();
  }

  #running<T>(among: WeakMap<Program, T>): readonly { pod: KubeObject; program: T }[] {
    return this.#ready.list().flatMap((pod) => {
      const running = this.#world.programOf(pod.metadata.namespace ?? '', pod.metadata.name);
      const program = running && among.get(running);
      return program === undefined ? [] : [{ pod, program }];
    });
  }

  #simulated(): MeshProgramFactories {
    const { name: clusterId, store, tokens, settings, trustDomain, istiodFaults, proxyFaults } = this.#world;
    const [istiods, random] = [() => this.istiods(), this.#random];
    const istiod = {
      store,
      tokens,
      settings,
      trustDomain,
      clusterId,
      ...(istiodFaults && { faults: istiodFaults }),
    };
    const proxy = { settings, trustDomain, istiods, random, ...(proxyFaults && { faults: proxyFaults }) };
    return {
      istiod: (pod, volumes) => new Istiod(istiod, pod, volumes),
      proxy: (pod, volumes) => new Proxy(proxy, pod, volumes),
    };
  }
}

function noted<T extends Program>(among: WeakMap<Program, T>, program: T): T {
  among.set(program, program);
  return program;
}
