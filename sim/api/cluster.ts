import type { KubeObject, Program, ProgramFactory, SimSettings, VolumeMounter } from '../world.ts';
import { startControllers } from '../controllers/controllers.ts';
import { Kubelet } from '../controllers/kubelet.ts';
import { Access } from './access.ts';
import { Faults } from './faults.ts';
import { Store, type StoreOptions } from './store.ts';
import { TokenBook } from './tokens.ts';

export interface ClusterOptions extends StoreOptions {
  readonly name: string;
  readonly settings: SimSettings;
  readonly programs: ProgramFactory;
  /**
   * Volumes by the name of their source field, such as `csi`. Those that kubelet makes itself (configMap,
   * secret, projected, emptyDir, downwardAPI, hostPath) need none; one given here takes its place.
   */
  readonly mounters?: Readonly<Record<string, VolumeMounter>>;
  /** Names of the nodes; two by default. */
  readonly nodes?: readonly string[];
}

/** One simulated cluster: its state, its tokens, and what runs in it between start and stop. */
export interface SimCluster {
  readonly name: string;
  readonly store: Store;
  readonly tokens: TokenBook;
  /** Who may do what: what the RBAC objects of the cluster say, and a user of system:masters everything. */
  readonly access: Access;
  /** What shall go wrong with which requests. */
  readonly faults: Faults;
  readonly kubelet: Kubelet;
  /** The program that runs in a pod; undefined where none does. */
  programOf(namespace: string, pod: string): Program | undefined;
  /** Starts kubelet and controllers; objects that are there already are taken up. */
  start(): void;
  /** Stops all programs and every timer. The store stays readable. */
  stop(): Promise<void>;
}

export function createCluster(options: ClusterOptions): SimCluster {
  const { name, settings, programs, mounters = {}, nodes = ['node-0', 'node-1'] } = options;
  const store = new Store(options);
  const tokens = new TokenBook();
  const kubelet = new Kubelet({ ...{ cluster: name, store, tokens, settings }, programs, mounters });
  let stopControllers: (() => void) | undefined;
  return {
    ...{ name, store, tokens, kubelet, access: new Access(store), faults: new Faults() },
    programOf: (namespace, pod) => kubelet.runningProgram(namespace, pod),
    start: () => {
      addNodes(store, nodes);
      kubelet.start();
      stopControllers ??= startControllers({ store, settings });
    },
    stop: async () => {
      stopControllers?.();
      await kubelet.stop();
    },
  };
}

function addNodes(store: Store, nodes: readonly string[]): void {
  for (const name of nodes) {
    if (store.get('nodes', undefined, name)) continue;
    store.create('nodes', {
      ...{ apiVersion: 'v1', kind: 'Node', metadata: { name, labels: { 'kubernetes.io/hostname': name } } },
      spec: {},
      status: { conditions: [{ type: 'Ready', status: 'True' }] } satisfies Partial<KubeObject>,
    });
  }
}
