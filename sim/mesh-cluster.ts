import { z } from 'zod';
import { createCluster, type SimCluster } from './api/cluster.ts';
import { seededRandom } from './controllers/random.ts';
import { CsiFaults } from './csi/faults.ts';
import { csiMounter } from './csi/mounter.ts';
import { Idle } from './idle.ts';
import { IstiodFaults } from './istiod/faults.ts';
import { Istiod } from './istiod/istiod.ts';
import { Validator } from './istiod/validator.ts';
import type { SimVault } from './key-vault/vault.ts';
import type { IstiodEndpoint } from './proxies/ca-client.ts';
import { ProxyFaults } from './proxies/faults.ts';
import { Proxy } from './proxies/proxy.ts';
import { ReadyPods } from './ready-pods.ts';
import type { KubeObject, Program, SimSettings, Volumes } from './world.ts';

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

/** A simulated cluster with a mesh in it. */
export interface MeshCluster {
  readonly cluster: SimCluster;
  readonly trustDomain: string;
  readonly settings: SimSettings;
  readonly csiFaults: CsiFaults;
  readonly istiodFaults: IstiodFaults;
  readonly proxyFaults: ProxyFaults;
  proxies(): readonly ReadyProxy[];
  istiods(): readonly ReadyIstiod[];
  start(): void;
  stop(): Promise<void>;
}

const podShape = z.looseObject({
  spec: z.looseObject({
    containers: z.array(z.looseObject({ name: z.string() })),
    initContainers: z.array(z.looseObject({ name: z.string() })).default([]),
  }),
});

/** Makes a cluster whose pods are istiods, proxies and validators by the names of their containers. */
export function createMeshCluster(o: {
  readonly name: string;
  readonly trustDomain: string;
  readonly settings: SimSettings;
  readonly vaults: readonly SimVault[];
}): MeshCluster {
  const { name, trustDomain, settings, vaults } = o;
  const random = seededRandom(settings.seed);
  const csiFaults = new CsiFaults();
  const istiodFaults = new IstiodFaults();
  const proxyFaults = new ProxyFaults();
  const cluster: SimCluster = createCluster({
    ...{ name, settings },
    programs: (pod, volumes) => programFor(pod, volumes),
    mounters: { csi: csiMounter({ vaults, settings, faults: csiFaults, store: () => cluster.store }) },
  });
  const ready = new ReadyPods(cluster.store);
  const running = <T>(kind: new (...args: never[]) => T): readonly { pod: KubeObject; program: T }[] =>
    ready.list().flatMap((pod) => {
      const program = cluster.programOf(pod.metadata.namespace ?? '', pod.metadata.name);
      return program instanceof kind ? [{ pod, program }] : [];
    });
  const istiods = (): readonly ReadyIstiod[] =>
    running(Istiod).flatMap(({ pod, program: { securePort, host } }) => {
      const stillReady = (): boolean => ready.has(pod.metadata.uid);
      return securePort === undefined
        ? []
        : [{ cluster: name, pod: pod.metadata.name, host, port: securePort, stillReady }];
    });
  const programFor = (pod: KubeObject, volumes: Volumes): Program => {
    const { containers, initContainers } = podShape.parse(pod).spec;
    const names = new Set([...containers, ...initContainers].map((container) => container.name));
    const { store, tokens } = cluster;
    if (names.has('discovery')) {
      const world = { store, tokens, settings, trustDomain, clusterId: name, faults: istiodFaults };
      return new Istiod(world, pod, volumes);
    }
    if (names.has('istio-proxy')) {
      const world = { settings, trustDomain, istiods, random, faults: proxyFaults };
      return new Proxy(world, pod, volumes);
    }
    return names.has('istio-cert-validator') ? new Validator(store, pod) : new Idle();
  };
  return {
    ...{ cluster, trustDomain, settings, istiods, csiFaults, istiodFaults, proxyFaults },
    proxies: () =>
      running(Proxy).map(({ pod, program }) => ({
        ...{ cluster: name, pod: `${pod.metadata.namespace ?? ''}/${pod.metadata.name}`, proxy: program },
        stillReady: () => ready.has(pod.metadata.uid),
      })),
    start: () => cluster.start(),
    stop: async () => {
      ready.stop();
      await cluster.stop();
    },
  };
}
