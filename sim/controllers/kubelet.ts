import { createHash } from 'node:crypto';
import type {
  KubeObject,
  ObjectStore,
  Program,
  ProgramFactory,
  SimSettings,
  Tokens,
  VolumeMounter,
} from '../world.ts';
import { PodRunner, type RunnerContext } from './pod-runner.ts';
import { seededRandom } from './random.ts';
import { Timers } from './timers.ts';
import { podView } from './views.ts';

export interface KubeletOptions {
  readonly cluster: string;
  readonly store: ObjectStore;
  readonly tokens: Tokens;
  readonly settings: SimSettings;
  readonly programs: ProgramFactory;
  readonly mounters: Readonly<Record<string, VolumeMounter>>;
}

/** The kubelets of all nodes: run every pod that has been given one of them. */
export class Kubelet {
  readonly #store: ObjectStore;
  readonly #context: RunnerContext;
  readonly #timers = new Timers();
  readonly #runners = new Map<string, PodRunner>();
  #unwatch: (() => void) | undefined;

  constructor({ cluster, store, tokens, settings, programs, mounters }: KubeletOptions) {
    this.#store = store;
    this.#context = {
      ...{ store, tokens, settings, programs, mounters, timers: this.#timers },
      random: seededRandom(settings.seed + seedOf(cluster)),
      newAddress: addresses(cluster),
    };
  }

  start(): void {
    this.#unwatch ??= this.#store.watch('pods', ({ type, object }) => {
      if (type === 'DELETED') void this.#kill(object);
      else this.#see(object);
    });
    for (const pod of this.#store.list('pods')) this.#see(pod);
  }

  /** Stops every program; the pods stay in the store as they were. */
  async stop(): Promise<void> {
    this.#unwatch?.();
    this.#timers.stop();
    await Promise.all([...this.#runners.values()].map((runner) => runner.stop()));
  }

  /** How the pod of that name runs; undefined where none has been started. */
  runner(namespace: string, name: string): PodRunner | undefined {
    const pod = this.#store.get('pods', namespace, name);
    return pod && this.#runners.get(pod.metadata.uid);
  }

  runningProgram(namespace: string, name: string): Program | undefined {
    return this.runner(namespace, name)?.program;
  }

  #see(pod: KubeObject): void {
    const { uid, deletionTimestamp } = pod.metadata;
    const runner = this.#runners.get(uid);
    if (deletionTimestamp !== undefined) void this.#end(pod, runner);
    else if (runner === undefined && podView.parse(pod).spec.nodeName !== undefined) {
      const started = new PodRunner(this.#context, pod);
      this.#runners.set(uid, started);
      started.start();
    }
  }

  async #kill({ metadata: { uid } }: KubeObject): Promise<void> {
    await this.#runners.get(uid)?.stop();
    this.#runners.delete(uid);
  }

  async #end(pod: KubeObject, runner: PodRunner | undefined): Promise<void> {
    await runner?.stop();
    this.#runners.delete(pod.metadata.uid);
    const { namespace, name, uid } = pod.metadata;
    if (this.#store.get('pods', namespace, name)?.metadata.uid === uid) {
      this.#store.remove('pods', namespace, name);
    }
  }
}

function seedOf(cluster: string): number {
  return createHash('sha256').update(cluster).digest().readUInt16BE();
}

/** Loopback addresses, each given once in a cluster; the second number tells clusters apart. */
function addresses(cluster: string): () => string {
  const second = 16 + (seedOf(cluster) % 200);
  let given = 0;
  return () => {
    given += 1;
    return `127.${String(second)}.${String((given >> 8) & 255)}.${String(given & 255)}`;
  };
}
