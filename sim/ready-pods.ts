import { isReady } from './controllers/views.ts';
import type { KubeObject, ObjectStore } from './world.ts';

/** The pods of a cluster that are Ready and not told to end, kept up to date by a watch. */
export class ReadyPods {
  readonly #ready = new Map<string, KubeObject>();
  readonly #stop: () => void;

  constructor(store: ObjectStore) {
    for (const pod of store.list('pods')) this.#see(pod);
    this.#stop = store.watch('pods', ({ type, object }) => {
      if (type === 'DELETED') this.#ready.delete(object.metadata.uid);
      else this.#see(object);
    });
  }

  list(): readonly KubeObject[] {
    return [...this.#ready.values()];
  }

  has(uid: string): boolean {
    return this.#ready.has(uid);
  }

  stop(): void {
    this.#stop();
  }

  #see(pod: KubeObject): void {
    const { uid, deletionTimestamp } = pod.metadata;
    if (deletionTimestamp === undefined && isReady(pod)) this.#ready.set(uid, pod);
    else this.#ready.delete(uid);
  }
}
