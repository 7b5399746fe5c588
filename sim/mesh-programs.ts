import { z } from 'zod';
import { seededRandom } from './controllers/random.ts';
import { Idle } from './idle.ts';
import type { IstiodFaults } from './istiod/faults.ts';
import { Istiod } from './istiod/istiod.ts';
import { Validator } from './istiod/validator.ts';
import type { IstiodEndpoint } from './proxies/ca-client.ts';
import type { ProxyFaults } from './proxies/faults.ts';
import { Proxy } from './proxies/proxy.ts';
import { ReadyPods } from './ready-pods.ts';
import type { KubeObject, ObjectStore, Program, ProgramFactory, SimSettings, Tokens } from './world.ts';

/** A ready proxy, and how to ask whether it still is. */
export interface ReadyProxy {
  readonly cluster: string;
  /** `payments/ledger-5d9f-x2x` */
  readonly pod: string;
  readonly proxy: Proxy;
  stillReady(): boolean;
}

export interface ReadyIstiod extends IstiodEndpoint {
  readonly cluster: string;
  stillReady(): boolean;
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

  constructor(world: MeshWorld) {
    this.#world = world;
    this.#random = seededRandom(world.settings.seed);
    this.#ready = new ReadyPods(world.store);
  }

  /** Which program a pod runs is told by the names of its containers. */
  readonly programFor: ProgramFactory = (pod, volumes) => {
    const { name: clusterId, store, tokens, settings, trustDomain, istiodFaults, proxyFaults } = this.#world;
    const { containers, initContainers } = podShape.parse(pod).spec;
    const names = new Set([...containers, ...initContainers].map(({ name }) => name));
    if (names.has('discovery')) {
      const faults = istiodFaults === undefined ? {} : { faults: istiodFaults };
      return new Istiod({ store, tokens, settings, trustDomain, clusterId, ...faults }, pod, volumes);
    }
    if (names.has('istio-proxy')) {
      const faults = proxyFaults === undefined ? {} : { faults: proxyFaults };
      const [istiods, random] = [() => this.istiods(), this.#random];
      return new Proxy({ settings, trustDomain, istiods, random, ...faults }, pod, volumes);
    }
    return names.has('istio-cert-validator') ? new Validator(store, pod) : new Idle();
  };

  /** Those that are ready. */
  proxies(): readonly ReadyProxy[] {
    return this.#running(Proxy).map(({ pod, program }) => ({
      ...{ cluster: this.#world.name, pod: `${pod.metadata.namespace ?? ''}/${pod.metadata.name}` },
      ...{ proxy: program, stillReady: () => this.#ready.has(pod.metadata.uid) },
    }));
  }

  /** Those that are ready. */
  istiods(): readonly ReadyIstiod[] {
    return this.#running(Istiod).flatMap(({ pod, program: { securePort, host } }) => {
      if (securePort === undefined) return [];
      const stillReady = (): boolean => this.#ready.has(pod.metadata.uid);
      return [{ cluster: this.#world.name, pod: pod.metadata.name, host, port: securePort, stillReady }];
    });
  }

  stop(): void {
    this.#ready.stop();
  }

  #running<T>(kind: new (...args: never[]) => T): readonly { pod: KubeObject; program: T }[] {
    return this.#ready.list().flatMap((pod) => {
      const program = this.#world.programOf(pod.metadata.namespace ?? '', pod.metadata.name);
      return program instanceof kind ? [{ pod, program }] : [];
    });
  }
}
